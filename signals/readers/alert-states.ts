import type { PrometheusReader } from './prometheus.ts';
import { labelsKey, type Series, selectorFor, without } from './series.ts';

/** A stretch during which one alert was in one state: its first and its last evaluation, epoch ms. */
export interface AlertState {
  readonly labels: Record<string, string>;
  readonly from: number;
  readonly to: number;
  /** The evaluation that ended it, where one did. */
  readonly endedAt?: number;
}

/** A moment of one alert, epoch ms. */
export interface AlertMoment {
  readonly labels: Record<string, string>;
  readonly at: number;
}

/** What Prometheus stored of one alert's life. */
export interface AlertStates {
  readonly pending: readonly AlertState[];
  readonly firing: readonly AlertState[];
  /** When it became active (pending, or firing at once). */
  readonly activations: readonly AlertMoment[];
  /** The evaluation that ended a firing stretch. */
  readonly ends: readonly AlertMoment[];
}

/** An evaluation may be late or skipped once; two in a row are a break. */
const gapFactor = 2.5;

/** Stretches of samples in which no gap is longer than `maxGapMs`. */
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
 * When alerts became active, from the stored samples of `ALERTS_FOR_STATE`. The value is that time in whole
 * seconds; the sample which first carries it is stamped with the evaluation itself, to the millisecond. They
 * differ by more only for an alert that was active before its samples begin, restored after a restart: then
 * the value is all that is known.
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

/** The first step without the alert after its last sample, or nothing when it is still there at the end. */
export function endOf(
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

/** Of which alerts, and when. */
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
 * The end of a firing stretch is not a sample: Prometheus writes a staleness marker at the evaluation that
 * ends it, which raw samples leave out. Queries at a fine step after the last sample show where it stands.
 *
 * @param isOwn whether an alert with these labels is meant, rather than one of another rule of that name.
 * @throws FiredrillError `broken` when Prometheus does not answer.
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
  // At most 2,500 steps: to the millisecond for evaluations each second, to 60 ms for each minute.
  const stepMs = Math.max(1, Math.ceil(intervalMs / 1000));
  const ends: AlertMoment[] = [];
  const ended: AlertState[] = [];
  for (const last of new Set(firing.map(({ to }) => to))) {
    const untilMs = Math.min(last + gapFactor * intervalMs, toMs);
    const { series } = await prometheus.rangeTruth(query, last, untilMs, stepMs);
    for (const stretch of firing.filter(({ to }) => to === last)) {
      const end = endOf(stretch, series, stepMs, untilMs);
      if (end) ends.push(end);
      ended.push(end ? { ...stretch, endedAt: end.at } : stretch);
    }
  }
  const byStart = (a: AlertState, b: AlertState) => a.from - b.from;
  return { pending, firing: ended.sort(byStart), activations: activationsOf(forState), ends };
}
