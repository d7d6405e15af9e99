import { labelsText } from '../checks.ts';
import { type Case, type Cause, hopAt, wasMissed } from './case.ts';
import { unmatched } from './unmatched.ts';

/*
 * Causes up to the rule: the fault, its telemetry, and whether the rule reads what there is. All of them are
 * asked only when the expression was never true since the fault.
 */

export const noEffect: Cause = {
  hop: 'first request hit',
  cause: 'the fault had no effect',
  evidence: ({ record: { faultWindow, scenario } }) => {
    if (!faultWindow) return ['no fault was injected'];
    const { hits, requests, required } = faultWindow;
    if (hits >= required) return undefined;
    return [
      `${hits} of ${requests} requests of ${scenario.fault.hits.journey} were hit; ${required} are needed`,
    ];
  },
};

export const noSuchRule: Cause = {
  hop: 'expression true',
  cause: 'no such rule',
  evidence: ({ alert, expectation }) => {
    if (alert.rule) return undefined;
    const nearest = alert.rulesNearby.slice(0, 5).join(', ') || 'none at all';
    return [`no loaded rule is called ${expectation.alert}`, `loaded rules, nearest first: ${nearest}`];
  },
};

export const ruleFailed: Cause = {
  hop: 'expression true',
  cause: 'the rule failed to evaluate',
  evidence: ({ alert: { rule } }) =>
    rule && (rule.health === 'err' || rule.lastError !== '')
      ? [`${rule.file}, group ${rule.group}: ${rule.lastError || `health ${rule.health}`}`, rule.query]
      : undefined,
};

export const notExported: Cause = {
  hop: (of) => (hopAt(of, 'telemetry exported') === undefined ? 'telemetry exported' : 'sample stored'),
  cause: 'the telemetry was not exported',
  evidence: (of) => {
    const { evidence, scenario } = of.record;
    if (hopAt(of, 'sample stored') !== undefined) return undefined;
    const down = (evidence?.targets ?? []).filter(({ health }) => health !== 'up');
    const targets = down.map(
      ({ job, instance, health, lastError }) =>
        `target ${instance} (${job}) is ${health}${lastError && `: ${lastError}`}`,
    );
    const errors = evidence?.exporterErrors ?? [];
    const { metric, labels } = scenario.fault.telemetry;
    // A rule that reads a metric nobody has is a cause of its own, and the likelier one.
    const existing = of.alert.selectors.every(({ series }) => series > 0);
    const still = wasMissed(of, 'sample stored') && (existing || targets.length + errors.length > 0);
    const counter = still
      ? [`no stored sample of ${metric}{${labelsText(labels)}} rose after the fault`]
      : [];
    return [...targets, ...errors, ...counter];
  },
};

export const noSuchSeries: Cause = {
  hop: 'expression true',
  cause: ({ alert }) =>
    alert.selectors.some(({ series, labelsFound }) => series === 0 && labelsFound.length > 0)
      ? 'a label that the rule selects does not exist'
      : 'a metric that the rule reads does not exist',
  evidence: ({ alert }) =>
    alert.selectors
      .filter(({ series }) => series === 0)
      .flatMap(({ text, metric, nearest, labelsFound }) => [
        `${text}: no series`,
        ...(labelsFound.length > 0
          ? labelsFound.slice(0, 5).map((labels) => `${metric} exists with {${labelsText(labels)}}`)
          : [`nearest existing metrics: ${nearest.join(', ') || 'none'}`]),
      ]),
};

export const sidesDoNotMatch: Cause = {
  hop: 'expression true',
  cause: 'both sides of an operation exist but match no labels',
  evidence: ({ alert }) => (alert.rule ? unmatched(alert.rule.query, alert.sides) : undefined),
};

export const neverCrossed: Cause = {
  hop: 'expression true',
  cause: 'the threshold was never crossed',
  evidence: ({ alert: { comparison } }) => {
    if (!comparison?.observed) return undefined;
    const { left, operator, threshold, observed } = comparison;
    const { min, max } = observed;
    const seen = operator.startsWith('<')
      ? `at least ${round(min)}`
      : operator.startsWith('>')
        ? `at most ${round(max)}`
        : `between ${round(min)} and ${round(max)}`;
    return [`${left} was ${seen} since the fault; it must be ${operator} ${round(threshold)}`];
  },
};

export const noValue: Cause = {
  hop: 'expression true',
  cause: 'the expression had no value',
  evidence: ({ alert: { comparison, rule } }) => [
    `${comparison?.left ?? rule?.query ?? 'the expression'} had no value since the fault, though every metric in it exists`,
  ],
};

const round = (value: number) => Number(value.toPrecision(4));

export const wasTrue = ({ alert, injectedAt }: Case): boolean =>
  alert.trueStretches.some(({ to }) => to >= injectedAt) ||
  [...alert.pending, ...alert.firing].some(({ to }) => to >= injectedAt);
