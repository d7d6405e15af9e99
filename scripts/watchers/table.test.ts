import { expect } from 'chai';
import type { DrillRecord, Verdict } from '../../core/record.ts';
import { sampleRecord } from '../../reports/testing/sample-record.ts';
import { scenarioNamed } from '../../scenarios/index.ts';
import { watchersTable, withTable } from './table.ts';

const verdict = (
  check: 'arrives' | 'resolved',
  expectation: number,
  alert: string,
  measured: Partial<Verdict>,
): Verdict => ({
  id: '',
  title: '',
  ...{ check, expectation, alert, receiver: 'pagerduty', outcome: 'pass', message: '', evidence: [] },
  ...measured,
});

const down: DrillRecord = {
  ...sampleRecord(),
  scenario: scenarioNamed('prometheus-down'),
  verdicts: [
    verdict('arrives', 0, 'PrometheusDown', { targetMs: 12_000, measuredMs: 6_200 }),
    verdict('resolved', 0, 'PrometheusDown', { measuredMs: 1_500 }),
    verdict('arrives', 1, 'DeadMansSwitch', { targetMs: 36_000, outcome: 'fail' }),
    verdict('resolved', 1, 'DeadMansSwitch', { measuredMs: 40_000, outcome: 'fail' }),
  ],
};

describe('the table of who is told', () => {
  it('has a row for each page of a scenario that breaks the monitoring, and no other', () => {
    const rows = watchersTable([sampleRecord(), down]).split('\n').slice(2);
    expect(rows).to.deep.equal([
      '| prometheus is killed | `prometheus-down` | `PrometheusDown` at pagerduty | prometheus → alertmanager → pagerduty | 6.2 s | 12.0 s | 1.5 s |',
      "| prometheus is killed | `prometheus-down` | `DeadMansSwitch` at pagerduty | the dead-man's switch → pagerduty | **nobody** | 36.0 s | **40.0 s** |",
    ]);
  });

  it('replaces what stands between the marks of the page', () => {
    const page = 'a\n<!-- measured: npm run watchers -->\nold\n<!-- end -->\nb\n';
    const once = withTable(page, '| new |');
    expect(once).to.equal('a\n<!-- measured: npm run watchers -->\n\n| new |\n\n<!-- end -->\nb\n');
    expect(withTable(once, '| new |')).to.equal(once);
    expect(() => withTable('a', '| new |')).to.throw('no marks');
  });
});
