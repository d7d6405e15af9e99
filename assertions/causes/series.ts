import { humanDuration } from '../../core/duration.ts';
import { labelsText } from '../../core/labels.ts';
import type { AlertEvidence, Recording, Selector, WindowRead } from '../../core/record.ts';
import type { Case, Cause } from './case.ts';
import { decisiveOf } from './conditions.ts';

/* Causes in the series that the rule reads, directly or through recording rules. */

/** A selector without series, read directly or through a chain of recording rules. */
interface MissingSeries {
  readonly selector: Selector;
  /** The recording rules between the alert's rule and the selector, in this order. */
  readonly through: readonly Recording[];
  /** The recording rule that should produce the series, although all of its own input exists. */
  readonly recordedBy?: Recording;
}

const isEmpty = ({ series, tenant }: Selector) => series === 0 && tenant === undefined;

/**
 * Returns the selectors without series that kept the rule false. A selector whose absence the rule tolerates counts only if
 * nothing else in the rule reads the fault's metric.
 */
function missingOf({ alert, record }: Case): MissingSeries[] {
  const { selectors, recordings = [] } = alert;
  const { telemetry } = record.scenario.fault;
  const all = [...selectors, ...recordings.flatMap((recording) => recording.selectors)];
  const isRead = all.some(
    ({ metric, series, absence }) =>
      'metric' in telemetry && metric === telemetry.metric && series > 0 && absence !== 'wanted',
  );
  const isNeeded = ({ absence }: Selector) => absence === undefined || (absence === 'tolerated' && !isRead);
  const follow = (found: readonly Selector[], through: readonly Recording[]): MissingSeries[] =>
    found
      .filter((selector) => isEmpty(selector) && isNeeded(selector))
      .flatMap((selector): MissingSeries[] => {
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

const missingLines = ({ selector, through, recordedBy }: MissingSeries): string[] => [
  ...through.flatMap((recording) => [`${recording.metric}: no series`, recordedText(recording)]),
  `${selector.text}: no series`,
  ...(recordedBy
    ? [recordedText(recordedBy), whyNoValue(recordedBy)]
    : selector.labelsFound.length > 0
      ? valuesText(selector)
      : [
          ...(selector.droppedBy
            ? [`${selector.droppedBy.place} drops it after the scrape: ${selector.droppedBy.entry}`]
            : []),
          `nearest existing metrics: ${selector.nearest.join(', ') || 'none'}`,
        ]),
];

function whyNoValue({ lastError, health, intervalMs }: Recording): string {
  if (lastError !== '') return `it fails: ${lastError}`;
  return health === 'ok'
    ? 'it was evaluated and gave no value'
    : `it has not been evaluated yet; its interval is ${humanDuration(intervalMs)}`;
}

/** Whether a window that is too short explains the missing series. `windowTooShort` reports that. */
const hasTooShortWindow = ({ recordedBy }: MissingSeries, { windows = [] }: AlertEvidence): boolean =>
  recordedBy !== undefined &&
  windows.some((window) => window.samples.max < 2 && recordedBy.query.includes(window.text));

function titleOf(missing: readonly MissingSeries[]): string {
  const { selector, through = [], recordedBy } = missing[0] ?? {};
  if (recordedBy) {
    return recordedBy.lastError === ''
      ? 'the recording rule behind a metric gave no value'
      : 'the recording rule behind a metric failed to evaluate';
  }
  const reader = through.length > 0 ? 'a recording rule' : 'the rule';
  // An entry that keeps some metrics also drops names that nothing ever had.
  if (/\baction: "?drop\b/.test(selector?.droppedBy?.entry ?? ''))
    return `a metric that ${reader} reads is dropped when it is scraped`;
  if (!missing.some(({ selector }) => selector.labelsFound.length > 0))
    return `a metric that ${reader} reads does not exist`;
  return selector?.unmet?.some(({ values }) => values.length > 0)
    ? `a label that ${reader} selects has other values`
    : `a label that ${reader} selects does not exist`;
}

const missingToReport = (alertCase: Case) =>
  missingOf(alertCase).filter((missing) => !hasTooShortWindow(missing, alertCase.alert));

export const noSuchSeries: Cause = {
  hop: 'expression true',
  cause: (alertCase) => titleOf(missingToReport(alertCase)),
  evidence: (alertCase) => [...new Set(missingToReport(alertCase).flatMap(missingLines))],
};

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
  const rate = every === undefined ? '' : `; a sample comes every ${humanDuration(every)}`;
  const asked = `${name}(${written ?? text}) needs two samples in its window`;
  const paced =
    written === undefined || written === text || everyMs === undefined
      ? []
      : [`at this pace ${text}, ${humanDuration(windowMs)}, with a sample every ${humanDuration(everyMs)}`];
  return [`${asked}, which held at most ${samples.max} since the fault${rate}`, ...paced];
}

const tooShort = 'the window of the rule holds fewer than two samples';

/** A window of a condition without a value never contained two samples. */
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
 * A counter that first appears with its first count: `increase` and similar functions count from the first sample, so its
 * value is lost.
 */
export const firstValueNotCounted = {
  hop: 'expression true',
  cause: 'the series was born with the fault, and its first value is not counted',
  evidence: ({ alert }: Pick<Case, 'alert'>) => {
    const { recordings = [] } = alert;
    const kept = decisiveOf(alert).filter(({ kind }) => kind === 'comparison' || kind === 'vector');
    const reads = [...kept.map(({ text }) => text), ...recordings.map(({ query }) => query)];
    return newSeriesLines(
      alert,
      ({ text, born }) => born.rise < born.first && reads.some((read) => read.includes(text)),
    );
  },
} as const satisfies Cause;

/**
 * Returns lines about a counter that first appears with a burst so short that it may lie between two samples. The counter
 * then does not rise after its first sample, so a page came by chance.
 *
 * @param lastsMs length of the burst in milliseconds, at the drill's pace.
 */
export const burstBetweenSamples = (alert: AlertEvidence, lastsMs: number): string[] =>
  newSeriesLines(
    alert,
    ({ born, everyMs }) => born.first > 0 && everyMs !== undefined && lastsMs < 2 * everyMs,
    (everyMs) =>
      `the fault lasts ${humanDuration(lastsMs)}, and a sample comes every ${humanDuration(everyMs)}: it may lie between two`,
  );

type NewSeriesWindow = WindowRead & { readonly born: NonNullable<WindowRead['born']> };

const newSeriesLines = (
  { windows = [] }: AlertEvidence,
  counts: (window: NewSeriesWindow) => boolean,
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

/** The window contains two samples only some of the time, so the rule often has no value. */
export const windowOftenTooShort: Cause = {
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

/** `histogram_quantile` needs the label `le` and has no value without it. */
export const noBuckets: Cause = {
  hop: 'expression true',
  cause: ({ alert }) =>
    hasBuckets(alert)
      ? '`le` was summed away before histogram_quantile'
      : 'histogram_quantile reads series that are no buckets',
  evidence: ({ alert: { quantiles = [] } }) =>
    quantiles
      .filter(({ highest }) => highest === undefined)
      .map(
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
