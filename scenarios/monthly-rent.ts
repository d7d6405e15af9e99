import type { ScenarioInput } from '../core/scenario.ts';

/** orders logs one line for each failure. SQLSTATE 22001: a string is too long for its column. */
const errors = '{service_name="orders"} | error_code="22001"';

export const monthlyRent: ScenarioInput = {
  name: 'monthly-rent',
  title: 'A rarely used search fails',
  summary: 'a column is too short for `monthly`; the first ERROR line must page Telegram (Bug Report)',
  // One monthly search every few seconds among normal traffic: no error rate and no latency shows its failure.
  load: { rates: { search: 5, catalog: 5, login: 2, checkout: 4, monthly: 0.4 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'bad-migration',
    params: { length: 5 },
    hits: { journey: 'monthly', status: [500] },
    telemetry: { signal: 'log', query: errors },
    atLeast: 3,
  },
  expectations: [
    {
      kind: 'page',
      alert: 'Bug Report',
      receiver: 'telegram',
      within: '3m',
      labels: { severity: 'critical', team: 'backend', service: 'orders' },
      // The rule looks at the last five minutes.
      resolvedWithin: '8m',
    },
  ],
  proofs: [
    { kind: 'log', query: errors },
    {
      kind: 'trace',
      through: ['storefront', 'orders'],
      culprit: 'failing',
      matching: {
        name: '^pg\\.query:INSERT',
        'status.message': 'value too long for type character varying\\(5\\)',
      },
    },
  ],
  settleFor: '1m',
};
