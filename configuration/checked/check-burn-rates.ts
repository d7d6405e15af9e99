import { objectiveOutOfReach } from '../../core/burn-rates.ts';
import { formatDuration } from '../../core/duration.ts';
import { type Problem, tryRead } from '../../core/errors.ts';
import {
  type BurnRateCondition,
  burnRateConditionsOf,
  dividesRates,
  type WindowedRatio,
} from '../../core/promql/burn-rate-conditions.ts';
import { longestWindow } from '../../core/promql/longest-window.ts';
import { upperBound } from '../../core/promql/upper-bound.ts';
import type { WrittenFiles } from '../files/files.ts';
import { placedRules, recordingRules } from '../rules/prometheus-rules.ts';
import { withoutRecordings } from '../rules/recordings.ts';
import { rulePlace } from '../rules/rule-place.ts';

/*
 * What is certainly wrong with alerts on burn rates, whatever wrote the rules: a short window that is not shorter than the
 * long one, an error ratio that no outage reaches, and an objective that leaves no error budget. An alert with such a
 * condition looks as if it watched the objective.
 */

/**
 * @param files without those that are no YAML. Expressions that do not parse are left out: they are refused elsewhere.
 */
export function checkBurnRates(files: WrittenFiles): Problem[] {
  const recorded = recordingRules(files);
  return placedRules(files).flatMap(({ rule, ...place }) => {
    if (typeof rule.alert !== 'string' || typeof rule.expr !== 'string') return [];
    const { expr } = rule;
    const conditions = tryRead(() => burnRateConditionsOf(expr)) ?? [];
    /** The same with recorded series written out, so that it shows what they are and over which windows. */
    const inFull = ({ text }: WindowedRatio): string =>
      tryRead(() => withoutRecordings(text, place, recorded).expr) ?? text;
    return conditions
      .flatMap((condition) => [
        ...windowFaults(condition, inFull),
        ...(budgetFault(condition, inFull) ?? reachFault(condition, inFull) ?? []),
      ])
      .map(([message, hint]) => rulePlace(files, place).to('expr').problem(message, hint));
  });
}

type Fault = readonly [message: string, hint: string];

/** Windows of one ratio that are the same, or whose recorded series have the longer window under the shorter name. */
function windowFaults({ ratios }: BurnRateCondition, inFull: (ratio: WindowedRatio) => string): Fault[] {
  const known = ratios
    .map((ratio) => ({ ratio, readMs: longestWindow(inFull(ratio)) || ratio.windowMs }))
    .filter(({ readMs }) => readMs > 0)
    .map(({ ratio, readMs }) => ({ readMs, windowMs: ratio.windowMs || readMs }))
    .toSorted((a, b) => a.windowMs - b.windowMs);
  return known.slice(1).flatMap((long, i): Fault[] => {
    const short = known[i];
    if (!short || short.readMs < long.readMs) return [];
    const [shorter, longer] = [short.windowMs, long.windowMs].map(formatDuration);
    const [read, readLong] = [short.readMs, long.readMs].map(formatDuration);
    const message =
      short.windowMs === long.windowMs
        ? `asks for the same ratio over ${longer} twice: the short window is not shorter than the long one`
        : `the ratio over ${shorter} is recorded over ${read}, and that over ${longer} over ${readLong}: the short window is not shorter than the long one`;
    const twelfth = formatDuration(long.windowMs / 12);
    return [[message, `the short window is usually a twelfth of the long one, ${twelfth} for ${longer}`]];
  });
}

/** An objective of which nothing is left to burn, so that the condition holds always. */
function budgetFault(
  { threshold, factors, ratios }: BurnRateCondition,
  inFull: (ratio: WindowedRatio) => string,
): Fault[] | undefined {
  const { objective } = factors ?? {};
  if (objective === undefined || objective < 1 || threshold > 0) return undefined;
  if (!ratios.every((ratio) => boundOf(ratio, inFull, true) !== undefined)) return undefined;
  return [
    [
      `the objective ${objective} leaves no error budget (1 - ${objective}), and ${number(threshold)} is exceeded always or by any failure`,
      'write the objective as a share below 1, e.g. 1 - 0.99',
    ],
  ];
}

/** A threshold that the ratio cannot exceed, so that the condition holds never. */
function reachFault(
  { operator, threshold, factors, ratios }: BurnRateCondition,
  inFull: (ratio: WindowedRatio) => string,
): Fault[] | undefined {
  for (const ratio of ratios) {
    const most = boundOf(ratio, inFull, factors !== undefined);
    if (most === undefined || (operator === '>' ? threshold < most : threshold <= most)) continue;
    const asked = operator === '>' ? 'more than' : 'at least';
    const product = factors ? ` (${number(factors.burnRate)} * ${number(factors.budget)})` : '';
    const hint = factors
      ? `a burn rate of ${number(factors.burnRate)} is in reach of objectives above ${percent(objectiveOutOfReach(factors.burnRate))} %`
      : 'write the threshold as burn rate and error budget, e.g. 14.4 * (1 - 0.99)';
    const message = `can never hold: asks for ${asked} ${number(threshold)}${product} of a ratio of errors that is at most ${most}`;
    return [[message, hint]];
  }
  return undefined;
}

/**
 * What a ratio is at most. A rule whose threshold is a product with an error budget calls its quotient of rates a ratio
 * of errors, which is at most 1.
 */
function boundOf(
  ratio: WindowedRatio,
  inFull: (ratio: WindowedRatio) => string,
  hasBudget: boolean,
): number | undefined {
  const full = inFull(ratio);
  return upperBound(ratio.text) ?? upperBound(full) ?? (hasBudget && dividesRates(full) ? 1 : undefined);
}

const number = (value: number): string => String(Number(value.toPrecision(4)));
const percent = (share: number): string => String(Number((100 * share).toFixed(2)));
