import { tryRead } from '../../core/errors.ts';
import type { LogQuery } from '../../core/logql/log-query.ts';
import { rangeAggregationsOf } from '../../core/logql/range-aggregations.ts';
import type { Selector } from '../../core/record.ts';
import type { EvidenceRequest } from './evidence-request.ts';
import type { LokiReader } from './loki.ts';
import { nearestValues } from './nearest.ts';

/** Every stream has it: Loki makes up a name for who sends none. */
const everyStream = '{service_name=~".+"}';
const someStreams = 20;
const someLines = 200;

type Span = Pick<EvidenceRequest, 'fromMs' | 'toMs'>;

/**
 * The log queries of a LogQL expression, with what answers to them.
 *
 * @param tenant as whom Grafana asks; when that finds nothing, the reader's own tenant is asked as well.
 */
export async function logSelectors(
  loki: LokiReader,
  tenant: string,
  expr: string,
  request: Span,
): Promise<Selector[]> {
  // What this does not read, Loki may still take: then nothing is known of its queries.
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
      labelsFound: others.slice(0, someStreams),
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
  /** Whether streams answer to the selector. */
  readonly matched: boolean;
  /** These, else all that there are. */
  readonly streams: readonly Readonly<Record<string, string>>[];
}

/** The matcher or the stage that leaves nothing, and what the lines before it carry. */
async function whyNoLine(
  loki: LokiReader,
  { logs, matched, streams }: Unanswered,
  request: Span,
): Promise<Pick<Selector, 'unmet' | 'emptied' | 'fields'>> {
  const { selector, stages } = logs;
  if (!matched) {
    const asked = new Map(selector.matchers.map(({ label, value }) => [label, value]));
    const meant = (name: string) => asked.get(name) ?? '';
    return {
      unmet: await unmetBy(loki, selector, streams, request),
      fields: await fieldsOf(loki, everyStream, meant, streams, request),
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
    // Loki refuses a selector that would match a stream without the label; beside this one it takes it.
    const own = `{service_name=~".+",${matcher}}`;
    if ((await loki.seriesOf(own, fromMs, toMs)).length > 0) continue;
    const all = streams.flatMap((labels) => labels[label] ?? []);
    unmet.push({ matcher, label, values: nearestValues(value, all) });
  }
  return unmet;
}

/** The first stage behind which there is no line. */
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

/** What lines carry besides the labels of their streams; of each some values, those like what is meant first. */
async function fieldsOf(
  loki: LokiReader,
  logs: string,
  meant: (name: string) => string,
  streams: Unanswered['streams'],
  { fromMs, toMs }: Span,
): Promise<NonNullable<Selector['fields']>> {
  const known = new Set(streams.flatMap(Object.keys));
  const values = new Map<string, string[]>();
  for (const { labels } of await loki.lines(logs, fromMs, toMs, someLines)) {
    for (const [name, value] of Object.entries(labels)) {
      if (!known.has(name)) values.set(name, [...(values.get(name) ?? []), value]);
    }
  }
  return Object.fromEntries(
    [...values]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, all]) => [name, nearestValues(meant(name), all)]),
  );
}
