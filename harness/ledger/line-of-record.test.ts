import { expect } from 'chai';
import { alertName, at, pageAt, pendingOnlyScenario } from '../../assertions/testing/basics.ts';
import { drillLineSchema } from '../../core/drill-line.ts';
import { drillLineOf } from './line-of-record.ts';
import { judgedRecord } from './testing/lines.ts';

const hashes = { rule: 'a', route: 'b', templates: 'c', receiver: 'd' };
const rule = { manager: 'prometheus' as const, file: 'prometheus/rules/a.yml', group: 'g', index: 0 };

describe('the line of a drill', () => {
  it('says what was judged, and what its alerts depend on', () => {
    const record = judgedRecord({
      endedAt: at(40),
      dependencies: [{ expectation: 0, rule, sent: [{ alertname: alertName }], hashes }],
    });
    const line = drillLineOf({ ...record, stack: { ...record.stack, system: 'mine' } });
    expect(line).to.deep.include({ run: 'test', system: 'mine', outcome: 'pass', tookMs: 70_000, noise: [] });
    const [alert, ...others] = line.alerts;
    expect(others).to.deep.equal([]);
    expect(alert).to.deep.include({ alert: alertName, receiver: 'slack', outcome: 'pass', failed: [] });
    expect(alert).to.deep.include({ mttdMs: 10_250, targetMs: 20_000, rule, dependsOn: hashes });
    expect(alert?.floor).to.have.all.keys('best', 'mean', 'worst');
    expect(line.checks).to.have.length(record.verdicts.length);
    expect(drillLineSchema.parse(JSON.parse(JSON.stringify(line)))).to.deep.equal(line);
  });

  it('says at which hop an alert was lost, and which checks failed', () => {
    const [alert] = drillLineOf(judgedRecord({ pages: [] })).alerts;
    expect(alert?.outcome).to.equal('fail');
    expect(alert?.failed).to.include('arrives');
    expect(alert).to.have.property('lostAt');
    expect(alert).not.to.have.property('mttdMs');
  });

  it('proves nothing of an alert if the drill broke, whatever single checks say', () => {
    const record = judgedRecord();
    for (const outcome of ['broken', 'interrupted', 'bad-input'] as const)
      expect(drillLineOf({ ...record, outcome }).alerts[0]?.outcome, outcome).to.equal('broken');
    const failed = record.verdicts.map((verdict, i) =>
      i === 1 ? { ...verdict, outcome: 'broken' as const } : verdict,
    );
    expect(drillLineOf({ ...record, verdicts: failed }).alerts[0]?.outcome).to.equal('broken');
  });

  it('has no alert of a scenario that expects no page', () => {
    const scenario = pendingOnlyScenario();
    expect(drillLineOf(judgedRecord({ scenario })).alerts).to.deep.equal([]);
  });

  it('tells pages that nobody expected', () => {
    const other = pageAt(12, { alert: 'Other', labels: { alertname: 'Other' }, delivery: 2 });
    const { pages } = judgedRecord();
    const line = drillLineOf(judgedRecord({ pages: [...pages, other] }));
    expect(line.noise).to.deep.equal([{ alert: 'Other', receiver: 'slack', labels: other.labels }]);
    expect(line.outcome).to.equal('fail');
    expect(line.alerts[0]?.outcome, 'the expected page arrived all the same').to.equal('pass');
  });
});
