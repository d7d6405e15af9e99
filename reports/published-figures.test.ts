import { expect } from 'chai';
import type { DrillRecord } from '../core/record.ts';
import { renderHtml } from './html/report.ts';
import { renderMarkdown } from './markdown.ts';
import { figureRows } from './published-figures.ts';
import { at } from './testing/basics.ts';
import { sampleRecord } from './testing/sample-record.ts';

/** A drill that was rolled back 1.5 s after its page. */
function rolledBack(): DrillRecord {
  const record = sampleRecord();
  const { scenario, evidence, verdicts } = record;
  if (!evidence) throw new Error('the sample has no evidence');
  return {
    ...record,
    scenario: {
      ...scenario,
      proofs: [
        {
          ...{ kind: 'rollback', application: 'payments', times: 1, within: '3m', errorRateBelow: 0.01 },
          published: {
            detection: { before: '30m', after: '5m' },
            rollback: { before: '25m', after: '3m' },
            errorRate: { before: 0.05, after: 0.01 },
          },
        },
      ],
    },
    evidence: {
      ...evidence,
      proofs: [
        {
          ...{ kind: 'rollback', before: '1.1.0', decisions: [], after: { requests: 400, failed: 1 } },
          deployments: [
            { revision: '1.1.0', startedAt: at(42), deployedAt: at(43.5), by: 'rollback', rollback: true },
          ],
        },
      ],
    },
    verdicts: [
      ...verdicts,
      {
        ...{ id: 'rollback/proof', title: 'rolled back', check: 'proof', proof: 0, outcome: 'pass' },
        ...{ message: '', evidence: [], targetMs: 12_000, measuredMs: 1_500 },
      },
    ],
  };
}

describe('published figures', () => {
  it('stand beside target and measurement', () => {
    expect(figureRows(rolledBack())).to.deep.equal([
      ['mean time to detect', '30m', '5m', '20 s', '10.6 s'],
      ['time to roll back', '25m', '3m', '12 s', '1.5 s'],
      ['requests that fail', '5 %', '1 %', 'below 1 %', '0.3 %'],
    ]);
  });

  it('are shown with what the pace does to durations, by summary.md and report.html', () => {
    const text = renderMarkdown(rolledBack());
    expect(text).to.contain('| time to roll back | 25m | 3m | 12 s | 1.5 s |');
    expect(text).to.contain('At pace fast, targets and measured times are divided by 15.');
    expect(renderHtml(rolledBack())).to.contain('<td>time to roll back</td>');
  });

  it('are absent from a drill whose scenario names none', () => {
    expect(figureRows(sampleRecord())).to.deep.equal([]);
    expect(renderMarkdown(sampleRecord())).to.not.contain('Published figures');
  });

  it('have no measurement where nothing was measured', () => {
    const record = { ...rolledBack(), verdicts: [] };
    delete record.evidence;
    expect(figureRows(record).map((row) => row.at(-1))).to.deep.equal(['–', '–', '–']);
  });
});
