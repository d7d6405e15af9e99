/** What config/ says and what this folder demands of it, as data for stacks/config.integration.ts. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, parseDocument, visit } from 'yaml';
import { scaleDuration } from '../../../configuration/paced/configure.ts';
import { scaleDurations } from '../../../core/promql/scale.ts';
import { additions } from '../../additions.ts';

/** The files as they are written. */
export const written = join(import.meta.dirname, '..', '..', 'config');
export const tests = import.meta.dirname;

export interface Rule {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
export interface RouteTest {
  readonly labels: Readonly<Record<string, string>>;
  readonly receivers: readonly string[];
}

export const textOf = (...path: string[]) => readFile(join(...path), 'utf8');
export const ruleFiles = await readdir(join(written, 'prometheus', 'rules'));
/** The folders of the additions. */
export const additionFolders = [...new Set(Object.values(additions).flatMap(({ config }) => config))];
/** Their rule files, with paths. */
export const addedRuleFiles = (
  await Promise.all(
    additionFolders.map(async (folder) => {
      const directory = join(written, '..', folder, 'prometheus', 'rules');
      return (await readdir(directory)).map((file) => join(directory, file));
    }),
  )
).flat();
export const ruleTests = await Promise.all(
  (await readdir(join(tests, 'prometheus'))).sort().map(async (file) => {
    const { tests: named } = parse(await textOf(tests, 'prometheus', file)) as { tests: { name: string }[] };
    return { file, names: named.map(({ name }) => name) };
  }),
);
export const routeTests = parse(await textOf(tests, 'alertmanager', 'routes.yml')) as RouteTest[];
export const rules: readonly Rule[] = (
  await Promise.all(
    ruleFiles.map(async (file) => {
      const { groups } = parse(await textOf(written, 'prometheus', 'rules', file)) as {
        groups: { rules: Rule[] }[];
      };
      return groups.flatMap((group) => group.rules);
    }),
  )
).flat();

/** Rule tests at a pace: everything in them that is a length of time is divided, as the rules' own is. */
export function paceRuleTests(text: string, factor: number): string {
  const document = parseDocument(text);
  visit(document, {
    Pair(_, { key, value }) {
      const name = String(key);
      if (!/^(evaluation_interval|interval|eval_time|expr)$/.test(name)) return;
      const scalar = value as { value: string };
      scalar.value =
        name === 'expr' ? scaleDurations(scalar.value, factor) : scaleDuration(scalar.value, factor);
    },
  });
  return document.toString({ lineWidth: 0 });
}
