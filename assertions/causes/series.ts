import { humanDuration } from '../../core/duration.ts';
import type { AlertEvidence, Recording, Selector, WindowRead } from '../../core/record.ts';
import { labelsText } from '../labels-text.ts';
import type { Case, Cause } from './case.ts';
import { decisiveOf } from './conditions.ts';

/* Causes that stand in the series that the rule reads, by itself or through recording rules. */

/** A selector that no series answers to, at the end of a chain of recording rules. */
interface Missing {
  readonly selector: Selector;
  /** The recording rules on the way to it, the one that the alert's rule reads first. */
  readonly through: readonly Recording[];
  /** The rule that should make it, and why it does not: what it reads is there. */
  readonly recordedBy?: Recording;
}

const isEmpty = ({ series, tenant }: Selector) => series === 0 && tenant === undefined;

/**
 * The selectors without series that kept the rule false. One that something stands in for counts when nothing
 * else in the rule reads the fault's own metric.
 */
function missingOf({ alert, record }: Case): Missing[] {
  const { selectors, recordings = [] } = alert;
  const { telemetry } = record.scenario.fault;
  const all = [...selectors, ...recordings.flatMap((recording) => recording.selectors)];
  const isRead = all.some(
    ({ metric, series, absence }) =>
      telemetry.signal !== 'log' && metric === telemetry.metric && series > 0 && absence !== 'wanted',
  );
  const isNeeded = ({ absence }: Selector) => absence === undefined || (absence === 'tolerated' && !isRead);
  const follow = (found: readonly Selector[], through: readonly Recording[]): Missing[] =>
    found
      .filter((selector) => isEmpty(selector) && isNeeded(selector))
      .flatMap((selector): Missing[] => {
        const recording = recordings.find(({ metric }) => metric === selector.metric);
        if (!recording || selector.labelsFound.length > 0 || through.includes(recording))
          return [{ selector, through }];
        const behind = follow(recording.selectors, [...through, recording]);
        return behind.length > 0 ? behind : [{ selector, through, recordedBy: recording }];
      });
  return follow(selectors, []);
}

const recordedText = ({ metric, file, group, query, written }: Recording) =>
  `${metric} is recorded by ${written?.file ?? file}, group ${group}: ${written?.query ?? query}`;

function valuesText({ metric, unmet = [], labelsFound }: Selector): string[] {
  const other = unmet.flatMap(({ label, values, matcher }) =>
    values.length > 0
      ? [
          `no series has ${matcher}; values of ${label}, nearest first: ${values.map((v) => JSON.stringify(v)).join(', ')}`,
        ]
      : [`${metric} has no label ${label}`],
  );
  return [
    ...other,
    ...labelsFound.slice(0, 5).map((labels) => `${metric} exists with {${labelsText(labels)}}`),
  ];
}

const missingLines = ({ selector, through, recordedBy }: Missing): string[] => [
  ...through.flatMap((recording) => [`${recording.metric}: no series`, recordedText(recording)]),
  `${selector.text}: no series`,
  ...(recordedBy
    ? [recordedText(recordedBy), whyNothing(recordedBy)]
    : selector.labelsFound.length > 0
      ? valuesText(selector)
      : [`nearest existing metrics: ${selector.nearest.join(', ') || 'none'}`]),
];

function whyNothing({ lastError, health, intervalMs }: Recording): string {
  if (lastError !== '') return `it fails: ${lastError}`;
  return health === 'ok'
    ? 'it was evaluated and gave no value'
    : `it has not been evaluated yet; its interval is ${humanDuration(intervalMs)}`;
}

/** Windows too short for what reads them are a cause of their own. */
const explained = ({ recordedBy }: Missing, { windows = [] }: AlertEvidence): boolean =>
  recordedBy !== undefined &&
  windows.some((window) => window.samples.max < 2 && recordedBy.query.includes(window.text));

function titleOf(missing: readonly Missing[]): string {
  const { selector, through = [], recordedBy } = missing[0] ?? {};
  if (recordedBy) {
    return recordedBy.lastError === ''
      ? 'the recording rule behind a metric gave no value'
      : 'the recording rule behind a metric failed to evaluate';
  }
  const reader = through.length > 0 ? 'a recording rule' : 'the rule';
  if (!missing.some(({ selector }) => selector.labelsFound.length > 0))
    return `a metric that ${reader} reads does not exist`;
  return selector?.unmet?.some(({ values }) => values.length > 0)
    ? `a label that ${reader} selects has other values`
    : `a label that ${reader} selects does not exist`;
}

const shown = (of: Case) => missingOf(of).filter((missing) => !explained(missing, of.alert));

export const noSuchSeries: Cause = {
  hop: 'expression true',
  cause: (of) => titleOf(shown(of)),
  evidence: (of) => [...new Set(shown(of).flatMap(missingLines))],
};

const seconds = (length: number) => humanDuration(length);

function windowLines({
  function: name,
  text,
  written,
  windowMs,
  samples,
  everyMs,
  writtenEveryMs,
}: WindowRead): string[] {
  const every = written === undefined ? everyMs : writtenEveryMs;
  const rate = every === undefined ? '' : `; a sample comes every ${seconds(every)}`;
  const asked = `${name}(${written ?? text}) needs two samples in its window`;
  const paced =
    written === undefined || written === text || everyMs === undefined
      ? []
      : [`at this pace ${text}, ${seconds(windowMs)}, with a sample every ${seconds(everyMs)}`];
  return [`${asked}, which held at most ${samples.max} since the fault${rate}`, ...paced];
}

const tooShort = 'the window of the rule holds fewer than two samples';

/** No window that a condition without a value reads had two samples at any time. */
export const windowTooShort: Cause = {
  hop: 'expression true',
  cause: tooShort,
  evidence: ({ alert }) => {
    const { windows = [], recordings = [] } = alert;
    const empty = decisiveOf(alert).filter(({ observed }) => !observed);
    const reads = [...empty.map(({ text }) => text), ...recordings.map(({ query }) => query)];
    return windows
      .filter(({ samples, text }) => samples.max < 2 && reads.some((read) => read.includes(text)))
      .flatMap(windowLines);
  },
};

/**
 * A counter that first exists when it first counts: functions such as `increase` count from its first sample,
 * so that what it had then is lost.
 */
export const bornWithTheFault = {
  hop: 'expression true',
  cause: 'the series was born with the fault, and its first value is not counted',
  evidence: ({ alert }: Pick<Case, 'alert'>) => {
    const { recordings = [] } = alert;
    const kept = decisiveOf(alert).filter(({ kind }) => kind === 'comparison' || kind === 'vector');
    const reads = [...kept.map(({ text }) => text), ...recordings.map(({ query }) => query)];
    return bornLines(
      alert,
      ({ text, born }) => born.rise < born.first && reads.some((read) => read.includes(text)),
    );
  },
} as const satisfies Cause;

/**
 * A burst so short that it may lie between two samples of a counter that it brings forth: then nothing rises after the
 * first value. That a page came all the same was chance.
 *
 * @param lastsMs length of the burst, at the drill's pace.
 */
export const bornWithABurst = (alert: AlertEvidence, lastsMs: number): string[] =>
  bornLines(
    alert,
    ({ born, everyMs }) => born.first > 0 && everyMs !== undefined && lastsMs < 2 * everyMs,
    (everyMs) =>
      `the fault lasts ${humanDuration(lastsMs)}, and a sample comes every ${humanDuration(everyMs)}: it may lie between two`,
  );

type Born = WindowRead & { readonly born: NonNullable<WindowRead['born']> };

const bornLines = (
  { windows = [] }: AlertEvidence,
  counts: (window: Born) => boolean,
  more?: (everyMs: number) => string,
): string[] =>
  windows.flatMap((window) => {
    const { function: name, text, written, born, everyMs } = window;
    if (!born || !counts({ ...window, born })) return [];
    return [
      `${name}(${written ?? text}) reads series that had no sample before ${new Date(born.at).toISOString()}`,
      `they began at ${born.first} in all and rose by ${born.rise} since; only that rise is counted`,
      ...(more && everyMs !== undefined ? [more(everyMs)] : []),
      'let the service export the counter with 0 from its start',
    ];
  });

/** The window holds two samples now and then, by chance, so that the rule has a value now and then. */
export const windowHoldsTwoByChance: Cause = {
  hop: 'firing',
  cause: 'the window of the rule holds two samples only now and then',
  evidence: ({ alert: { windows = [] } }) =>
    windows
      .filter(
        ({ windowMs, everyMs, enough }) => everyMs !== undefined && windowMs < 2 * everyMs && enough < 0.9,
      )
      .flatMap((window) => [
        ...windowLines(window),
        `it held two in ${Math.round(100 * window.enough)} % of the time`,
      ]),
};

/** `histogram_quantile` tells buckets by `le`, and has no value without it. */
export const bucketsLost: Cause = {
  hop: 'expression true',
  cause: ({ alert }) =>
    hasBuckets(alert)
      ? '`le` was summed away before histogram_quantile'
      : 'histogram_quantile reads series that are no buckets',
  evidence: ({ alert: { quantiles = [] } }) =>
    quantiles.map(
      ({ argument, labels }) =>
        `histogram_quantile needs the label le; ${argument} has ${labels
          .slice(0, 3)
          .map((set) => `{${labelsText(set)}}`)
          .join(', ')}`,
    ),
};

const hasBuckets = ({ selectors, recordings = [] }: AlertEvidence) =>
  [...selectors, ...recordings.flatMap((recording) => recording.selectors)].some(({ labelsFound }) =>
    labelsFound.some(({ le }) => le !== undefined),
  );
