import { messageOf, type Problem } from '../../core/errors.ts';
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
 * @param sources uids and names of the data sources that the files provision.
 */
export function checkDashboard(file: string, json: string, sources: ReadonlySet<string>): Problem[] {
  let dashboard: Yaml;
  try {
    dashboard = map(JSON.parse(json));
  } catch (error) {
    return [{ where: file, message: `is no JSON: ${messageOf(error)}` }];
  }
  const problems: Problem[] = [];
  if (text(dashboard.title) === undefined)
    problems.push({ where: `${file}: title`, message: 'is missing: Grafana leaves the dashboard out' });
  for (const { at, source } of sourcesIn(dashboard, '')) {
    // A variable stands for a data source that is chosen on the page.
    if (source.includes('$') || builtIn.has(source) || sources.has(source)) continue;
    problems.push({
      where: `${file}: ${at}`,
      message: `there is no data source "${source}"`,
      hint: `there are ${[...sources].join(', ') || 'none'}`,
    });
  }
  return problems;
}

/** Every data source that is named anywhere in it, by panels, their queries, variables and annotations. */
function sourcesIn(value: unknown, at: string): { at: string; source: string }[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => sourcesIn(item, `${at}[${i}]`));
  return Object.entries(map(value)).flatMap(([key, child]) => {
    const path = at === '' ? key : `${at}.${key}`;
    if (key !== 'datasource') return sourcesIn(child, path);
    const source = text(child) ?? text(map(child).uid);
    return source === undefined ? [] : [{ at: path, source }];
  });
}

/** Its panels, those inside of rows too. */
export const panelsOf = (dashboard: unknown): Yaml[] =>
  maps(map(dashboard).panels).flatMap((panel) => (panel.type === 'row' ? panelsOf(panel) : [panel]));
