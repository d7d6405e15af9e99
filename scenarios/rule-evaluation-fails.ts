import type { ScenarioInput } from '../core/scenario.ts';
import { prometheusDown } from './prometheus-down.ts';

export const ruleEvaluationFails: ScenarioInput = {
  ...prometheusDown,
  name: 'rule-evaluation-fails',
  title: 'A rule of Prometheus fails to evaluate',
  summary: 'a rule is deployed that promtool accepts and that fails; the second Prometheus must page',
  fault: {
    kind: 'failing-rule',
    telemetry: {
      signal: 'query',
      query: 'sum(prometheus_rule_evaluation_failures_total{job="prometheus"}) > 0',
    },
    atLeast: 1,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'PrometheusRuleFails',
      receiver: 'pagerduty',
      contactPoint: 'watchers',
      within: '6m',
      labels: { severity: 'page', team: 'platform', instance: 'prometheus' },
      resolvedWithin: '7m',
    },
  ],
};
