import { labelsKey, without } from '../../core/labels.ts';
import type { PrometheusReader } from './prometheus.ts';
import { type Series, selectorFor } from './series.ts';

/** An interval in which one alert was in one state: its first and its last evaluation, in epoch ms. */
export interface AlertState {
  readonly labels: Record<string, string>;
  readonly from: number;
  readonly to: number;
  /** The evaluation that ended it, if it ended. */
  readonly endedAt?: number;
}

/** A point in time of one alert, in epoch ms. */
export interface AlertMoment {
  readonly labels: Record<string, string>;
  readonly at: number;
}

/** The states of one alert, from Prometheus' stored samples. */
export interface AlertStates {
  readonly pending: readonly AlertState[];
  readonly firing: readonly AlertState[];
  /** When it became active: pending, or firing at once. */
  readonly activations: readonly AlertMoment[];
  /** The evaluations that ended a firing interval. */
  readonly ends: readonly AlertMoment[];
}

/** One late or skipped evaluation is tolerated; two in a row end an interval. */
const gapFactor = 2.5;

/** Splits samples into intervals without a gap longer than `maxGapMs`. */
function stretchesOf({ labels, samples }: Series, maxGapMs: number): AlertState[] {
  const stretches: AlertState[] = [];
  for (const [at] of samples) {
    const last = stretches.at(-1);
    if (last && at - last.to <= maxGapMs) stretches[stretches.length - 1] = { ...last, to: at };
    else stretches.push({ labels, from: at, to: at });
  }
  return stretches;
}

/** The states in the stored samples of `ALERTS`, one series per alert and state. */
export function statesOf(alerts: readonly Series[], intervalMs: number) {
  const inState = (state: string) =>
    alerts
      .filter(({ labels }) => labels.alertstate === state)
      .map((s) => ({ ...s, labels: without(s.labels, '__name__', 'alertstate') }))
      .flatMap((s) => stretchesOf(s, gapFactor * intervalMs))
      .sort((a, b) => a.from - b.from);
  return { pending: inState('pending'), firing: inState('firing') };
}

/**
 * When alerts became active, from the stored samples of `ALERTS_FOR_STATE`. The sample's value is that time in whole
 * seconds, and the timestamp of its first sample is the evaluation's time in milliseconds. They differ by more than
 * rounding only for an alert that was active before its first sample (restored after a restart); then only the value is
 * known.
 */
export function activationsOf(forState: readonly Series[]): AlertMoment[] {
  const moments = forState.flatMap(({ labels, samples }) =>
    samples
      .filter(([, value], i) => value !== samples[i - 1]?.[1])
      .map(([at, value]) => ({
        labels: without(labels, '__name__'),
        at: Math.floor(at / 1000) === value ? at : value * 1000,
      })),
  );
  return moments.sort((a, b) => a.at - b.at);
}

/** The first step without the alert after its last sample; `undefined` if it is present until the end. */
export function endOfStretch(
  { labels, to }: AlertState,
  fine: readonly Series[],
  stepMs: number,
  untilMs: number,
): AlertMoment | undefined {
  const key = labelsKey(labels);
  const present = fine.find((s) => labelsKey(without(s.labels, '__name__', 'alertstate')) === key);
  const at = (present?.samples.at(-1)?.[0] ?? to) + stepMs;
  return at <= untilMs ? { labels, at } : undefined;
}

/** The alert and the time range to read. */
export interface StatesRequest {
  readonly alertname: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Evaluation interval of the rule's group. */
  readonly intervalMs: number;
}

/**
 * Reads one alert's states within [fromMs, toMs].
 *
 * The end of a firing interval is not a sample but a staleness marker, which raw samples do not include. Queries at a
 * fine step after the last sample locate it.
 *
 * @param isOwn whether an alert with these labels belongs to the rule, and not to another one of that name.
 * @throws FiredrillError `broken` if Prometheus does not respond.
 */
export async function alertStates(
  prometheus: PrometheusReader,
  { alertname, fromMs, toMs, intervalMs }: StatesRequest,
  isOwn: (labels: Record<string, string>) => boolean = () => true,
): Promise<AlertStates> {
  const stored = async (name: string) => {
    const selector = selectorFor({ __name__: name, alertname });
    const all = await prometheus.rawSamples(selector, fromMs, toMs);
    return all.filter(({ labels }) => isOwn(without(labels, '__name__', 'alertstate')));
  };
  const alerts = await stored('ALERTS');
  const forState = await stored('ALERTS_FOR_STATE');
  const { pending, firing } = statesOf(alerts, intervalMs);
  const query = selectorFor({ __name__: 'ALERTS', alertname, alertstate: 'firing' });
  // At most 2,500 steps: exact to 1 ms for evaluations every second, to 60 ms for every minute.
  const stepMs = Math.max(1, Math.ceil(intervalMs / 1000));
  const ends: AlertMoment[] = [];
  const ended: AlertState[] = [];
  for (const last of new Set(firing.map(({ to }) => to))) {
    const untilMs = Math.min(last + gapFactor * intervalMs, toMs);
    const { series } = await prometheus.queryRange(query, last, untilMs, stepMs);
    for (const stretch of firing.filter(({ to }) => to === last)) {
      const end = endOfStretch(stretch, series, stepMs, untilMs);
      if (end) ends.push(end);
      ended.push(end ? { ...stretch, endedAt: end.at } : stretch);
    }
  }
  const byStart = (a: AlertState, b: AlertState) => a.from - b.from;
  return { pending, firing: ended.sort(byStart), activations: activationsOf(forState), ends };
}
