import type { Problem } from '../../core/errors.ts';
import type { Path } from '../../core/path.ts';
import { Problems } from '../../core/problems.ts';
import { nameHint } from '../../core/similar-names.ts';
import { parseJson } from '../files/parse-json.ts';
import type { Place } from '../files/place.ts';
import { map, maps, text, type Yaml } from '../files/yaml.ts';

/** What Grafana knows without any file: its own annotations, mixed panels, panels that show another's data. */
const builtIn = new Set([
  'grafana',
  '-- Grafana --',
  '-- Mixed --',
  '-- Dashboard --',
  '__expr__',
  'default',
]);

/**
 * Every fault of a dashboard's file.
 *
 * @param sources uids and names of the data sources that the files provision; absent where not all of them are known.
 */
export function checkDashboard(
  file: Place,
  json: string,
  sources: ReadonlySet<string> | undefined,
): readonly Problem[] {
  const problems = new Problems();
  const parsed = problems.read(() => parseJson(json, file));
  if (parsed === undefined) return problems.all;
  const dashboard = map(parsed);
  if (text(dashboard.title) === undefined)
    problems.add(file.to('title').problem('is missing: Grafana leaves the dashboard out'));
  for (const { at, source } of sources ? sourcesIn(dashboard, []) : []) {
    // A variable stands for a data source that is chosen on the page.
    if (source.includes('$') || builtIn.has(source) || sources?.has(source)) continue;
    const message = `there is no data source "${source}"`;
    problems.add(file.to(...at).problem(message, nameHint(source, [...(sources ?? [])])));
  }
  return problems.all;
}

/** Every data source that is named anywhere in it, by panels, their queries, variables and annotations. */
function sourcesIn(value: unknown, at: Path): { at: Path; source: string }[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => sourcesIn(item, [...at, i]));
  return Object.entries(map(value)).flatMap(([key, child]) => {
    const path = [...at, key];
    if (key !== 'datasource') return sourcesIn(child, path);
    const source = text(child) ?? text(map(child).uid);
    return source === undefined ? [] : [{ at: path, source }];
  });
}

/** Its panels, those inside of rows too. */
export const panelsOf = (dashboard: unknown): Yaml[] =>
  maps(map(dashboard).panels).flatMap((panel) => (panel.type === 'row' ? panelsOf(panel) : [panel]));
