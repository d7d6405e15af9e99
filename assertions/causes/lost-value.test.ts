import { expect } from 'chai';
import type { ConditionEvidence } from '../../core/record.ts';
import { autopsyWithoutPage, type Row, testRows } from '../testing/autopsy.ts';
import { at, pageAt } from '../testing/basics.ts';
import { evidenceOf, hopsUntil, neverTrue, pendingState } from '../testing/evidence.ts';

/* The fault is held until 10.9 s, and then reverted. */

type Gone = NonNullable<ConditionEvidence['gone']>;
const lost = (
  from: number,
  to: number,
  changes: Partial<Gone['stretches'][number]> = {},
): Gone['stretches'][number] => ({
  ...{ labels: {}, from: at(from), to: at(to) },
  ...changes,
});
const compared = (
  left: string,
  operator: string,
  value: number,
  series: number,
  ...stretches: Gone['stretches']
) =>
  neverTrue({
    conditions: [
      {
        ...{ kind: 'comparison', text: `${left} ${operator} 0.5`, left, operator, threshold: 0.5, held: [] },
        observed: { min: value, max: value },
        gone: { series, stretches },
      },
    ],
  });
const grafana = (noDataState: string, series = 1) => {
  const alert = compared('rate(x[10s])', '<', 2, series, lost(2, 15));
  const { rule } = evidenceOf();
  if (!rule) throw new Error('the alert has no rule');
  return { ...alert, manager: 'grafana' as const, rule: { ...rule, noDataState } };
};

/** An alert that was pending until its value was gone. */
const pendingUntil = (seconds: number) => {
  const { conditions = [] } = compared('rate(x[5s])', '<', 0.2, 1, lost(4.1, 15));
  const stretch = { from: at(2), to: at(seconds) };
  return evidenceOf({
    conditions: conditions.map((one) => ({ ...one, held: [stretch] })),
    ...{ trueStretches: [stretch], firing: [], alertmanager: [], hops: hopsUntil('pending') },
    pending: [{ ...pendingState, ...stretch }],
  });
};

const gone = 'the compared value was gone while the fault lasted';
const never = 'the threshold was never crossed';
const hop = 'expression true';
const web1 = { labels: { instance: 'web-1' } };
const rows: Row[] = [
  [
    gone,
    hop,
    autopsyWithoutPage(compared('count(up == 1)', '==', 1, 1, lost(2, 15))),
    'count(up == 1) had no value from 2.0 s to 15.0 s after the injection',
    'count(up == 1) was 1 since the fault; it must be == 0.5',
    'what has no value is not 0',
  ],
  [
    gone,
    hop,
    autopsyWithoutPage(compared('rate(x[5s])', '<', 3, 2, lost(2, 15, web1))),
    'rate(x[5s]) of {instance="web-1"} had no value from 2.0 s to 15.0 s',
  ],
  [gone, hop, autopsyWithoutPage(compared('max(t)', '>', 0.1, 1, lost(2, 15))), 'max(t) had no value'],
  [
    'the compared value was no number while the fault lasted',
    hop,
    autopsyWithoutPage(compared('ok / all', '<', 1, 1, lost(2, 15, { notNumber: true }))),
    'ok / all was no number, as 0/0 is, from 2.0 s to 15.0 s',
  ],
  // Other series had a value, which was not above the threshold.
  [never, hop, autopsyWithoutPage(compared('t', '>', 0.1, 2, lost(2, 15, web1))), 't was at most 0.1'],
  // It was back before the revert, or was lost after it.
  [never, hop, autopsyWithoutPage(compared('x', '<', 1, 1, lost(2, 5))), 'x was at least 1'],
  [never, hop, autopsyWithoutPage(compared('y', '<', 1, 1, lost(12, 15))), 'y was at least 1'],
  [
    gone,
    hop,
    autopsyWithoutPage(grafana('OK')),
    'noDataState is OK: Grafana takes a query without data for healthy',
  ],
  [gone, hop, autopsyWithoutPage(grafana('KeepLast')), 'noDataState is KeepLast'],
  [
    gone,
    hop,
    autopsyWithoutPage(grafana('NoData'), {
      pages: [pageAt(5, { alert: 'DatasourceNoData', labels: { rulename: 'CheckoutErrorRateHigh' } })],
    }),
    'Grafana sends DatasourceNoData instead of this alert, which came at slack',
  ],
  [gone, hop, autopsyWithoutPage(grafana('OK', 2)), 'Grafana forgets a series that is gone'],
  [
    '`for` was never satisfied',
    'firing',
    autopsyWithoutPage(pendingUntil(4)),
    'rate(x[5s]) had no value from 4.1 s to 15.0 s after the injection',
  ],
];

describe('the autopsy of a rule whose value went away', () => {
  testRows(rows);

  it('does not tell of a value that went away at another time', () => {
    expect(autopsyWithoutPage(pendingUntil(3))?.evidence.join('\n')).not.to.contain('had no value');
  });
});
