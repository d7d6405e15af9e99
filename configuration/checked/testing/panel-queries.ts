import { list, map, maps, text, type Yaml } from '../../files/yaml.ts';
import { panelsOf } from '../check-dashboards.ts';

/** One query of a panel, as Grafana's page would send it. */
export interface PanelQuery {
  readonly panel: string;
  readonly refId: string;
  /** With its data source, and the dashboard's variables filled in. */
  readonly query: Yaml;
}

/**
 * The queries of a dashboard's panels; of Grafana's own panels, which ask no data source, none.
 *
 * @param dashboard the parsed JSON of its file.
 * @param variables values by name, instead of those that the dashboard begins with.
 */
export function panelQueries(
  dashboard: unknown,
  variables: Readonly<Record<string, string>> = {},
): PanelQuery[] {
  const values = new Map<string, string>();
  for (const variable of maps(map(map(dashboard).templating).list)) {
    const name = String(variable.name);
    values.set(name, variables[name] ?? String(map(variable.current).value ?? ''));
  }
  return panelsOf(dashboard).flatMap((panel) =>
    maps(panel.targets)

      .filter(({ hide }) => hide !== true)
      .map((target) => ({
        panel: String(panel.title),
        refId: text(target.refId) ?? 'A',
        query: map(filled({ datasource: panel.datasource, ...target }, values)),
      })),
  );
}

/** Asks Grafana's API; `path` and `body` as in its documentation. */
export type AskGrafana = (
  path: string,
  body: object,
) => Promise<{ readonly status: number; readonly body: unknown }>;

/** A panel that shows nothing, and why. */
export interface EmptyPanel {
  readonly panel: string;
  readonly refId: string;
  readonly reason: string;
}

/**
 * Has Grafana answer each query over a stretch of time (epoch milliseconds), as its page would.
 *
 * @returns the queries that fail or of which no value came back.
 * @see https://grafana.com/docs/grafana/latest/developers/http_api/data_source/#query-a-data-source
 */
export async function emptyPanels(
  queries: readonly PanelQuery[],
  range: { readonly from: number; readonly to: number },
  ask: AskGrafana,
): Promise<EmptyPanel[]> {
  // What a panel of the usual width asks for.
  const maxDataPoints = 500;
  const intervalMs = Math.max(1000, Math.ceil((range.to - range.from) / maxDataPoints));
  const empty: EmptyPanel[] = [];
  for (const { panel, refId, query } of queries) {
    const { status, body } = await ask('/api/ds/query', {
      from: String(Math.round(range.from)),
      to: String(Math.round(range.to)),
      queries: [{ intervalMs, maxDataPoints, ...query, refId }],
    });
    const result = map(map(map(body).results)[refId]);
    const error = text(result.error) ?? (status < 300 ? undefined : JSON.stringify(body));
    if (error !== undefined) empty.push({ panel, refId, reason: error });
    else if (!list(result.frames).some(hasValue)) empty.push({ panel, refId, reason: 'no data' });
  }
  return empty;
}

/** Whether any of a frame's fields but the time has a value; NaN comes as null. */
function hasValue(frame: unknown): boolean {
  const { schema, data } = map(frame);
  const columns = list(map(data).values);
  return maps(map(schema).fields).some(
    (field, i) => field.type !== 'time' && list(columns[i]).some((value) => value !== null),
  );
}

const filled = (value: unknown, values: ReadonlyMap<string, string>): unknown => {
  if (Array.isArray(value)) return value.map((item) => filled(item, values));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, filled(child, values)]));
  if (typeof value !== 'string') return value;
  return value.replace(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (whole, braced: string | undefined, bare: string | undefined) =>
      values.get(braced ?? bare ?? '') ?? whole,
  );
};
