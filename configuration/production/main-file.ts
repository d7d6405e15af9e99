import { posix } from 'node:path';
import { orEmpty } from '../files/parse-yaml.ts';
import type { Yaml } from '../files/yaml.ts';
import type { Adopting } from './adopting.ts';
import { markActions } from './placeholders.ts';

/** Endings of what a template or an example has behind the name of the file that is made of it. */
const endings = /\.(ya?ml|conf)(\.(j2|tmpl|tpl|template|example|sample|dist))?$|\.tpl$/;

/** Whether a file may be the main file of a component under another name. */
export const mayBeMain = (path: string): boolean => endings.test(path);

/**
 * Takes the main file of a component that has another name: production tells its component by a flag how the file is
 * called, such as `config.yml`. Several of them, or one beside the file of that name, stay as they are.
 *
 * @param isMain whether a file is the main file by what it says.
 * @param first path of the file that is taken before all others, if it is there.
 */
export function takeMainFile(
  adopting: Adopting,
  main: string,
  component: string,
  isMain: (config: Yaml) => boolean,
  first?: string,
): void {
  if (first === undefined ? adopting.texts.has(main) : adopting.isOwn(main)) return;
  const folder = posix.dirname(main);
  const found = adopting
    .pathsIn(folder)
    .filter(
      (path) =>
        posix.dirname(path) === folder && mayBeMain(path) && isMain(orEmpty(adopting.texts.get(path))),
    );
  const [only, ...others] = first === undefined ? found : [first];
  if (only === undefined || others.length > 0) return;
  const text = adopting.texts.get(only) ?? '';
  const { file } = adopting.place(only);
  adopting.remove(only);
  adopting.put(main, text, file, [{ at: [], file, text, path: [] }]);
  adopting.list(adopting.place(main), {
    what: `read as ${posix.basename(main)}`,
    why: `a drill starts ${component} with that name`,
  });
}

/**
 * Puts marks in the place of what Helm, Ansible and others fill into files, which need not be YAML before.
 *
 * @returns what each mark stands for.
 */
export function markFiles(adopting: Adopting, paths: readonly string[]): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  for (const path of paths) {
    const written = adopting.texts.get(path) ?? '';
    const { text, actions } = markActions(written);
    if (text === written) continue;
    const { file } = adopting.place(path);
    adopting.put(path, text, file, [{ at: [], file, text, path: [] }]);
    for (const [mark, action] of actions) all.set(mark, action);
  }
  return all;
}
