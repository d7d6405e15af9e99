import { formatDuration } from '../../core/duration.ts';
import { distinctProblems, type Problem, tryRead } from '../../core/errors.ts';
import { type AlertExpectation, expectedAlerts } from '../../core/expected-alerts.ts';
import { rangeAggregationsOf } from '../../core/logql/range-aggregations.ts';
import { type Pace, paced } from '../../core/pace.ts';
import { within } from '../../core/path.ts';
import { longestWindow } from '../../core/promql/longest-window.ts';
import { parsePromql } from '../../core/promql/parse.ts';
import { rangesBelow } from '../../core/promql/ranges-below.ts';
import { needTwoSamples } from '../../core/promql/two-samples.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { UsedFiles, WrittenFiles } from '../files/files.ts';
import type { Place } from '../files/place.ts';
import { map, ms } from '../files/yaml.ts';
import { prometheusFile, prometheusSettings } from '../rules/prometheus-settings.ts';
import { rulePlace } from '../rules/rule-place.ts';
import { type AlertRule, alertRules, mayBe, type RuleExpression } from './alert-rules.ts';
import { exportIntervals } from './export-intervals.ts';
import { batchOf, collectorFiles, collectorOf, lokiIngestMs } from './telemetry-collector.ts';

/*
 * What the configuration alone makes a matter of chance: a drill that holds would hold by luck, and one that fails would
 * fail by bad luck. It is told before anything starts, with both numbers.
 */

/** Prometheus looks this far back for the latest sample of a series. */
const lookbackMs = 300_000;

interface Settings {
  readonly factor: number;
  readonly exportMs: number;
  readonly scrapeMs: number;
  /** How long a log line takes at most until a query finds it. */
  readonly linesMs: number;
}

/**
 * @param files the configuration as used. Messages have durations as written, but as used for Grafana's rules.
 * @param written the same as written, for the places in messages.
 */
export function chances(
  scenario: Scenario,
  files: UsedFiles,
  written: WrittenFiles,
  pace: Pace,
  whereOf = within(scenario.name),
): Problem[] {
  const settings = settingsOf(files, pace);
  const all = expectedAlerts(scenario.expectations);
  const rules = alertRules(files, new Set(all.map(({ expectation }) => expectation.alert)));
  const expected = all.flatMap(({ expectation, at }) =>
    rules
      .filter((rule) => mayBe(rule, expectation))
      .flatMap((rule) => {
        const judged = {
          expectation,
          rule,
          place: rulePlace(written, rule),
          at: whereOf(at),
        };
        return [
          ...shortWindows(judged, settings),
          ...missedBursts(scenario, judged, settings, pace, whereOf(['fault', 'lasts'])),
        ];
      }),
  );
  return [
    ...expiries(files, written, settings),
    ...longScrapes(files, written, settings),
    ...distinctProblems(expected),
  ];
}

function settingsOf(files: UsedFiles, { factor }: Pace): Settings {
  const { scrapeMs, jobs } = prometheusSettings(files);
  const { metricsMs, logsMs } = exportIntervals(files);
  return {
    factor,
    exportMs: metricsMs,
    linesMs: logsMs + batchOf(collectorOf(files, 'logs'), 'logs') + lokiIngestMs,
    // Which job scrapes a metric is not known: the quickest one promises nothing that is not so.
    scrapeMs: jobs.length > 0 ? Math.min(...jobs.map((job) => job.scrapeMs)) : scrapeMs,
  };
}

/** Between two exports a series is forgotten: whether a scrape finds it depends on when it comes. */
function expiries(files: UsedFiles, written: WrittenFiles, settings: Settings): Problem[] {
  const { exportMs } = settings;
  const found = collectorFiles(files).flatMap(([path, config]) => {
    const batchMs = ms(map(map(config.processors).batch).timeout, '200ms');
    return Object.entries(map(config.exporters)).flatMap(([name, exporter]) => {
      if (!/^prometheus(\/|$)/.test(name)) return [];
      const expiryMs = ms(map(exporter).metric_expiration, '5m');
      return expiryMs > exportMs + batchMs
        ? []
        : [{ file: path.replace(/^[^/]*/, 'collector'), name, expiryMs, batchMs }];
    });
  });
  return distinctProblems(
    found.map(({ file, name, expiryMs, batchMs }) =>
      written
        .place(file)
        .to('exporters', name, 'metric_expiration')
        .problem(
          `${asWritten(expiryMs, settings)} is not longer than services take between two exports (${asWritten(exportMs, settings)}, and up to ${asWritten(batchMs, settings)} in the batch): series come and go, and it is chance whether a scrape finds them`,
          'make it longer than two export intervals',
        ),
    ),
  );
}

/** A scrape interval beyond the look-back leaves gaps in which a series has no value. */
function longScrapes(files: UsedFiles, written: WrittenFiles, settings: Settings): Problem[] {
  return prometheusSettings(files).jobs.flatMap(({ scrapeMs }, i) =>
    scrapeMs * settings.factor > lookbackMs
      ? written
          .place(prometheusFile)
          .to('scrape_configs', i)
          .problem(
            `it is scraped every ${asWritten(scrapeMs, settings)}, and Prometheus looks back ${formatDuration(lookbackMs)}: between, its series have no value, and it is chance whether an evaluation sees one`,
            `scrape it at least every ${formatDuration(lookbackMs)}`,
          )
      : [],
  );
}

interface Judged {
  readonly expectation: AlertExpectation;
  /** Of the expectation in its scenario. */
  readonly at: string;
  readonly rule: AlertRule;
  readonly place: Place;
}

/** A range that holds enough samples, or an export, at some evaluations and not at others. */
function shortWindows(judged: Judged, settings: Settings): Problem[] {
  const { rule, place, at } = judged;
  const { scrapeMs, exportMs } = settings;
  const expected = `; expected at ${at}`;
  const told = toldOf(rule, settings);
  return rule.expressions.flatMap((expression) => {
    const { expr, language } = expression;
    if (language === 'logql') return lateLines(judged, expression, settings);
    return rangesBelow(expr, parsePromql(expr)).flatMap(
      ({ text, function: name, ms: windowMs, stepMs }): Problem[] => {
        const isRate = needTwoSamples.has(name);
        if (isRate && /^up\b/.test(text)) return [];
        const needed = isRate ? 2 : 1;
        const window = told(windowMs);
        const everyMs = stepMs ?? scrapeMs;
        // One that never holds enough samples is no matter of chance: the drill shows it.
        if (windowMs <= (needed - 1) * everyMs) return [];
        if (windowMs < needed * everyMs) {
          return [
            place.problem(
              `${text} looks back ${window}, and samples come every ${told(everyMs)}: whether it holds the ${isRate ? 'two' : 'one'} that ${name} needs is chance${expected}`,
              'make the window at least twice as long as that, better four times',
            ),
          ];
        }
        if (!isRate || windowMs >= exportMs + scrapeMs || stepMs !== undefined) return [];
        return [
          place.problem(
            `${text} looks back ${window}, and services export every ${told(exportMs)}: at some evaluations it holds no export, and which is chance${expected}`,
            'make the window longer than the export interval and the scrape interval together',
          ),
        ];
      },
    );
  });
}

/** A range that is over before the lines in it have come: at some evaluations it holds none of them. */
const lateLines = ({ place, at }: Judged, expression: RuleExpression, { linesMs }: Settings): Problem[] =>
  linesIn(expression)
    .filter(({ seenForMs }) => seenForMs < linesMs)
    .map(({ text, seenForMs }) =>
      place.problem(
        `${text} sees a line for ${formatDuration(seenForMs)}, and lines take up to ${formatDuration(linesMs)} to come, from the service through the Collector to Loki: at some evaluations it holds none of them, and which is chance; expected at ${at}`,
        "make the window longer than the services' log export, the Collector's batch and the evaluation interval together",
      ),
    );

/** The ranges of lines of an expression, and for how long after it was written each sees a line. */
function linesIn({ expr, backMs, rangeMs }: RuleExpression): { text: string; seenForMs: number }[] {
  const ranges = tryRead(() => rangeAggregationsOf(expr)) ?? [];
  return ranges.map(({ from, to, windowMs, offsetMs }) => ({
    text: expr.slice(from, to),
    seenForMs: windowMs + offsetMs + backMs + rangeMs,
  }));
}

/** A fault so short that an evaluation, or a scrape, may miss it. */
function missedBursts(
  { fault }: Scenario,
  judged: Judged,
  settings: Settings,
  pace: Pace,
  where: string,
): Problem[] {
  const { expectation, rule, place } = judged;
  if (fault.lasts === undefined || expectation.kind === 'pending-only') return [];
  const lastsMs = paced(fault.lasts, pace);
  const logs = rule.expressions.filter(({ language }) => language === 'logql');
  if (logs.length > 0) return missedLines(where, judged, logs, lastsMs, settings);
  const windowMs = Math.max(0, ...rule.expressions.map(({ expr }) => longestWindow(expr)));
  const seenMs = lastsMs + windowMs;
  const told = toldOf(rule, settings);
  if (seenMs >= rule.evaluationMs && (windowMs > 0 || lastsMs >= settings.scrapeMs)) return [];
  const by =
    seenMs < rule.evaluationMs
      ? `evaluated every ${told(rule.evaluationMs)}`
      : `fed every ${told(settings.scrapeMs)}`;
  return [
    {
      where,
      message: `the fault shows for ${told(seenMs)}, and the rule of ${expectation.alert} (${place.line}) is ${by}: whether it sees the fault is chance`,
      hint: 'let the fault last longer, or give the rule a window that holds it',
    },
  ];
}

/** From when its last line has come until the window has left it behind. */
function missedLines(
  where: string,
  { expectation, rule: { evaluationMs }, place }: Judged,
  expressions: readonly RuleExpression[],
  lastsMs: number,
  { linesMs }: Settings,
): Problem[] {
  const longest = Math.max(...expressions.flatMap(linesIn).map(({ seenForMs }) => seenForMs));
  const shownMs = lastsMs + longest - linesMs;
  // Without a range nothing is known of it; and what no line outlasts is told by itself.
  if (!Number.isFinite(longest) || longest < linesMs || shownMs >= evaluationMs) return [];
  return [
    {
      where,
      message: `the lines of the fault are seen for ${formatDuration(shownMs)}, and the rule of ${expectation.alert} (${place.line}) is evaluated every ${formatDuration(evaluationMs)}: whether it sees the fault is chance`,
      hint: 'let the fault last longer, or give the rule a window that holds it',
    },
  ];
}

/** Durations in Grafana's rules are not all divided by the pace, so messages have them as used, like the rule's text. */
const toldOf =
  ({ manager }: AlertRule, settings: Settings) =>
  (usedMs: number): string =>
    manager === 'grafana' ? formatDuration(usedMs) : asWritten(usedMs, settings);

const asWritten = (usedMs: number, { factor }: Settings): string => formatDuration(usedMs * factor);
