import { expect } from 'chai';
import type { AlertEvidence, Autopsy, Unjudged } from '../../core/record.ts';
import { autopsy } from '../autopsy.ts';
import { recordWith } from './record.ts';

/** What the autopsy says of the record's first expectation. */
export const autopsyOf = (record: Unjudged): Autopsy | undefined => {
  const [expectation] = record.scenario.expectations;
  if (!expectation) throw new Error('no expectation');
  return autopsy(record, expectation);
};

/** The same of a drill whose page never came, with this evidence. */
export const died = (alert: AlertEvidence, changes: Parameters<typeof recordWith>[0] = {}) =>
  autopsyOf(recordWith({ pages: [], ...changes, evidence: { ...changes.evidence, alerts: [alert] } }));

/** A cause, its hop, what an autopsy found, and texts that its evidence must have. */
export type Row = [cause: string, hop: Autopsy['hop'], found: Autopsy | undefined, ...evidence: string[]];

export const rowsHold = (rows: readonly Row[]): void => {
  for (const [cause, hop, found, ...evidence] of rows) {
    it(`${cause}: ${evidence.at(-1)}`, () => {
      expect(found).to.include({ cause, hop });
      for (const line of evidence) expect(found?.evidence.join('\n')).to.include(line);
    });
  }
};
