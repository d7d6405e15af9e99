import { type Files, UsedFiles, WrittenFiles } from './files.ts';

/** A Prometheus with its Alertmanager: the names of their components, which are those of their pods and folders. */
export interface Pair {
  readonly prometheus: string;
  readonly alertmanager: string;
}

const meta = 'meta-';

export const mainPair: Pair = { prometheus: 'prometheus', alertmanager: 'alertmanager' };
/** The pair of the addition `watchers`, which watches the main pair and everything else that monitors. */
export const metaPair: Pair = {
  prometheus: `${meta}${mainPair.prometheus}`,
  alertmanager: `${meta}${mainPair.alertmanager}`,
};

const ofAnyPair = new RegExp(`^(${meta})?(${mainPair.prometheus}|${mainPair.alertmanager})/`);

/** The path at which the main pair has such a file: `meta-prometheus/rules/a.yml` → `prometheus/rules/a.yml`. */
export const plainPath = (path: string): string => path.replace(ofAnyPair, '$2/');

/** The same for a path that may begin with other folders. */
export const plainPathWithin = (path: string): string =>
  path.replace(new RegExp(`(?<=^|/)${meta}(?=(${mainPair.prometheus}|${mainPair.alertmanager})/)`), '');

/** The same for a folder. */
export const plainFolder = (folder: string): string => plainPath(`${folder}/`).slice(0, -1);

/** The files of one pair, under the paths of the main pair, and everything that is of no pair. */
export function filesOfPair<F extends UsedFiles | WrittenFiles>(files: F, pair: Pair): F;
export function filesOfPair(files: Files, { prometheus, alertmanager }: Pair): Files {
  const own = [`${prometheus}/`, `${alertmanager}/`];
  const kept = [...files.keys()].filter(
    (path) => !ofAnyPair.test(path) || own.some((folder) => path.startsWith(folder)),
  );
  const texts = kept.map((path) => [plainPath(path), files.get(path) ?? ''] as const);
  if (!(files instanceof WrittenFiles)) return new UsedFiles(texts);
  const names = kept.map((path) => [plainPath(path), files.names.get(path) ?? path] as const);
  const { parts } = files.adoption;
  const plainParts = kept.flatMap((path) => {
    const own = parts.get(path);
    return own ? [[plainPath(path), own] as const] : [];
  });
  return new WrittenFiles(texts, new Map(names), { ...files.adoption, parts: new Map(plainParts) });
}
