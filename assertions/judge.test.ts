import { expect } from 'chai';
import type { ProofEvidence, Unjudged } from '../core/record.ts';
import type { Proof } from '../core/scenario.ts';
import { checksOf } from './checks.ts';
import { judge } from './judge.ts';
import { alertName, at, scenarioWith } from './testing/basics.ts';
import { evidenceOf } from './testing/evidence.ts';
import { recordWith, recordWithout } from './testing/record.ts';

describe('judge', () => {
  it('passes a drill in which every expectation holds, with the measured times', () => {
    const { verdicts, outcome } = judge(recordWith());
    expect(outcome).to.equal('pass');
    expect(verdicts.map(({ id }) => id)).to.deep.equal([
      `${alertName}@slack/arrives`,
      `${alertName}@slack/labels`,
      `${alertName}@slack/says`,
      `${alertName}@slack/runbook`,
      `${alertName}@slack/stays`,
      `${alertName}@slack/resolved`,
      'drill/no-other-page',
      'drill/rules',
      'drill/nothing-left',
    ]);
    expect(verdicts[0]).to.include({ targetMs: 20_000, measuredMs: 10_250 });
    expect(verdicts[0]?.floor?.worst).to.be.closeTo(12_554, 1);
    expect(verdicts[0]).to.include({
      ...{ check: 'arrives', expectation: 0 },
      ...{ alert: alertName, receiver: 'slack' },
    });
    expect(verdicts.at(-1)).to.include({ check: 'nothing-left' }).and.not.have.property('expectation');
    expect(verdicts.find(({ id }) => id.endsWith('/resolved'))).to.include({
      targetMs: 40_000,
      measuredMs: 14_000,
    });
  });

  it('judges exactly the checks that are known before the drill', () => {
    const scenario = scenarioWith({
      expectations: [
        { kind: 'page', alert: 'A', receiver: 'slack', within: '5m', resolvedWithin: '5m' },
        {
          kind: 'page',
          alert: 'A',
          receiver: 'slack',
          within: '5m',
          resolvedWithin: '5m',
          labels: { job: 'b' },
        },
        {
          kind: 'page',
          alert: 'A',
          receiver: 'pagerduty',
          within: '5m',
          resolvedWithin: '5m',
          runbook: false,
        },
      ],
    });
    const known = checksOf(scenario, { factor: 15 });
    const { verdicts } = judge(recordWith({ scenario, evidence: { alerts: [evidenceOf({ alert: 'A' })] } }));
    expect(verdicts.map(({ id, title }) => ({ id, title }))).to.deep.equal(known);
    expect(new Set(known.map(({ id }) => id)).size).to.equal(known.length);
    expect(known.map(({ id }) => id))
      .to.include('A@slack#2/arrives')
      .and.not.include('A@pagerduty/runbook');
  });

  it('judges each proof, with its own id', () => {
    const readiness: Proof = { kind: 'readiness', pods: ['storefront'], answers: 200 };
    const scenario = scenarioWith({ proofs: [readiness, readiness] });
    const evidence = (...notReady: object[]) =>
      ({ kind: 'readiness', checks: 30, notReady }) as ProofEvidence;
    const proofs = [evidence(), evidence({ pod: 'storefront', at: at(3), status: 503 })];
    const { verdicts, outcome } = judge(recordWith({ scenario, evidence: { proofs } }));
    const found = Object.fromEntries(verdicts.map(({ id, outcome: one }) => [id, one]));
    expect(found).to.include({ 'readiness/proof': 'pass', 'readiness#2/proof': 'fail' });
    expect(outcome).to.equal('fail');
    expect(judge(recordWith({ scenario, evidence: { proofs: proofs.slice(0, 1) } })).outcome).to.equal(
      'broken',
    );
  });

  describe('a drill that proves nothing', () => {
    const phase = (name: 'settle' | 'prove recovery', outcome: 'failed' | 'skipped') => {
      const record = recordWith();
      return { ...record, phases: record.phases.map((p) => (p.name === name ? { ...p, outcome } : p)) };
    };
    const load = (seconds: [number, number][]) => ({
      seconds: seconds.map(([second, hit]) => ({ at: at(second), requests: 8, failed: hit, hit })),
      journeys: {},
      droppedIterations: 0,
    });
    const cases: [name: string, record: Unjudged, reason: string][] = [
      ['without a quiet gate', recordWithout('quietGate'), 'quiet gate'],
      ['without a fault', recordWithout('faultWindow'), 'no fault'],
      ['with too few hits', recordWith({ faultWindow: { hits: 9 } }), 'hit 9 of 88'],
      [
        'with hits in the quiet period',
        recordWith({ faultWindow: { hitsBefore: 1 } }),
        '1 requests looked hit before',
      ],
      ['without revert', recordWith({ faultWindow: { revertedAt: undefined } }), 'not reverted'],
      ['without evidence', recordWithout('evidence'), 'no evidence'],
      ['without evidence of the alert', recordWith({ evidence: { alerts: [] } }), alertName],
      [
        'with an alert whose expression was true before',
        recordWith({
          evidence: { alerts: [evidenceOf({ trueStretches: [{ from: at(-0.1), to: at(20) }] })] },
        }),
        `the expression of ${alertName} was true already 100 ms before the fault`,
      ],
      ['that did not settle', phase('settle', 'skipped'), 'did not settle'],
      ['with a failed phase', phase('prove recovery', 'failed'), '"prove recovery" failed'],
    ];
    for (const [name, record, reason] of cases) {
      it(`is broken in every verdict: ${name}`, () => {
        const { verdicts, outcome } = judge(record);
        expect(outcome).to.equal('broken');
        expect(verdicts.map(({ id }) => id)).to.deep.equal(checksOf(scenarioWith()).map(({ id }) => id));
        for (const verdict of verdicts) {
          expect(verdict.outcome).to.equal('broken');
          expect(verdict.message).to.include(reason);
        }
      });
    }

    it('has the outcome of its problem, whatever was paged', () => {
      for (const kind of ['bad-input', 'broken', 'interrupted'] as const) {
        const { verdicts, outcome } = judge(
          recordWith({ problem: { kind, problems: [{ where: 'x', message: 'y' }] } }),
        );
        expect(outcome).to.equal(kind);
        expect(new Set(verdicts.map((verdict) => verdict.outcome))).to.deep.equal(new Set(['broken']));
      }
    });

    it('is not one whose expression was true only before the fault', () => {
      const trueStretches = [
        { from: at(-4), to: at(-1) },
        { from: at(1), to: at(20) },
      ];
      expect(judge(recordWith({ evidence: { alerts: [evidenceOf({ trueStretches })] } })).outcome).to.equal(
        'pass',
      );
    });

    it('is not one with hits that ended before the quiet period', () => {
      const record = recordWith({
        faultWindow: { hitsBefore: 2 },
        load: load([
          [-20, 2],
          [0, 8],
        ]),
      });
      expect(judge(record).outcome).to.equal('pass');
      const late = recordWith({
        faultWindow: { hitsBefore: 2 },
        load: load([
          [-20, 1],
          [-3, 1],
        ]),
      });
      expect(judge(late).outcome).to.equal('broken');
    });
  });

  it('is broken if the stack left something behind, with unchanged verdicts', () => {
    const { verdicts, outcome } = judge(
      recordWith({ teardownFailures: [{ what: 'prometheus', message: 'still runs' }] }),
    );
    expect(outcome).to.equal('broken');
    expect(new Set(verdicts.map((verdict) => verdict.outcome))).to.deep.equal(new Set(['pass']));
  });
});
