import { tryRead } from '../../core/errors.ts';
import type { LogQuery } from '../../core/logql/log-query.ts';
import { rangeAggregationsOf } from '../../core/logql/range-aggregations.ts';
import type { Selector } from '../../core/record.ts';
import { nearestValues } from '../../core/similar-names.ts';
import type { EvidenceRequest } from './evidence-request.ts';
import type { LokiReader } from './loki.ts';

/** Every stream has this label: Loki adds a default if the sender sets none. */
const everyStream = '{service_name=~".+"}';
const maxStreams = 20;
const maxLines = 200;

type Span = Pick<EvidenceRequest, 'fromMs' | 'toMs'>;

/**
 * The log queries of a LogQL expression, with the matching streams and lines.
 *
 * @param tenant tenant of Grafana's data source; if it has no lines, the reader's own tenant is queried too.
 */
export async function logSelectors(
  loki: LokiReader,
  tenant: string,
  expr: string,
  request: Span,
): Promise<Selector[]> {
  // Loki may accept an expression that this parser does not; then its queries are unknown.
  const ranges = tryRead(() => rangeAggregationsOf(expr)) ?? [];
  const each = new Map(ranges.map(({ logs }) => [logs.text, logs]));
  const asked = loki.as(tenant);
  const { fromMs, toMs } = request;
  const found: Selector[] = [];
  for (const logs of each.values()) {
    const matched = await asked.seriesOf(logs.selector.text, fromMs, toMs);
    const lines = await asked.count(logs.text, fromMs, toMs);
    const others = matched.length > 0 ? matched : await asked.seriesOf(everyStream, fromMs, toMs);
    const elsewhere =
      lines === 0 && tenant !== loki.tenant && (await loki.count(logs.text, fromMs, toMs)) > 0;
    found.push({
      text: logs.text,
      metric: '',
      series: lines === 0 ? 0 : matched.length,
      nearest: elsewhere ? [loki.tenant] : [],
      labelsFound: others.slice(0, maxStreams),
      tenant,
      ...(lines === 0 && others.length > 0
        ? await whyNoLine(asked, { logs, matched: matched.length > 0, streams: others }, request)
        : {}),
    });
  }
  return found;
}

interface Unanswered {
  readonly logs: LogQuery;
  /** Whether streams match the selector. */
  readonly matched: boolean;
  /** The matching streams, or all streams if none match. */
  readonly streams: readonly Readonly<Record<string, string>>[];
}

/** The matcher or the stage that leaves no lines, and the fields of the lines before it. */
async function whyNoLine(
  loki: LokiReader,
  { logs, matched, streams }: Unanswered,
  request: Span,
): Promise<Pick<Selector, 'unmet' | 'emptied' | 'fields'>> {
  const { selector, stages } = logs;
  if (!matched) {
    const asked = new Map(selector.matchers.map(({ label, value }) => [label, value]));
    const wanted = (name: string) => asked.get(name) ?? '';
    return {
      unmet: await unmetBy(loki, selector, streams, request),
      fields: await fieldsOf(loki, everyStream, wanted, streams, request),
    };
  }
  const emptied = await emptiedBy(loki, selector.text, stages, request);
  if (!emptied) return {};
  const value = stages.find(({ text }) => text === emptied.stage)?.value ?? '';
  return { emptied, fields: await fieldsOf(loki, emptied.before, () => value, streams, request) };
}

async function unmetBy(
  loki: LokiReader,
  { matchers }: LogQuery['selector'],
  streams: Unanswered['streams'],
  { fromMs, toMs }: Span,
): Promise<NonNullable<Selector['unmet']>> {
  const unmet: NonNullable<Selector['unmet']> = [];
  for (const { label, operator, value } of matchers) {
    const matcher = `${label}${operator}${JSON.stringify(value)}`;
    // Loki rejects a selector that matches streams without the label, unless another matcher is present.
    const own = `{service_name=~".+",${matcher}}`;
    if ((await loki.seriesOf(own, fromMs, toMs)).length > 0) continue;
    const all = streams.flatMap((labels) => labels[label] ?? []);
    unmet.push({ matcher, label, values: nearestValues(value, all) });
  }
  return unmet;
}

/** The first stage after which there are no lines. */
async function emptiedBy(
  loki: LokiReader,
  selector: string,
  stages: LogQuery['stages'],
  { fromMs, toMs }: Span,
): Promise<Selector['emptied']> {
  let before = selector;
  let lines = await loki.count(before, fromMs, toMs);
  for (const { text: stage } of stages) {
    const after = `${before} ${stage}`;
    const left = await loki.count(after, fromMs, toMs);
    if (left === 0) return lines > 0 ? { before, stage, lines } : undefined;
    [before, lines] = [after, left];
  }
  return undefined;
}

/** Fields of lines other than stream labels, each with some values, those similar to the wanted value first. */
async function fieldsOf(
  loki: LokiReader,
  logs: string,
  wanted: (name: string) => string,
  streams: Unanswered['streams'],
  { fromMs, toMs }: Span,
): Promise<NonNullable<Selector['fields']>> {
  const known = new Set(streams.flatMap(Object.keys));
  const values = new Map<string, string[]>();
  for (const { labels } of await loki.lines(logs, fromMs, toMs, maxLines)) {
    for (const [name, value] of Object.entries(labels)) {
      if (!known.has(name)) values.set(name, [...(values.get(name) ?? []), value]);
    }
  }
  return Object.fromEntries(
    [...values]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, all]) => [name, nearestValues(wanted(name), all)]),
  );
}
