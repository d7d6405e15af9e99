import { expect } from 'chai';
import { alertsWithEvidence } from '../../core/expected-alerts.ts';
import type { AlertEvidence, Autopsy, Unjudged } from '../../core/record.ts';
import { autopsy } from '../autopsy.ts';
import { recordWith } from './record.ts';

/** Returns the autopsy of the record's first expectation. */
export const autopsyOf = (record: Unjudged): Autopsy | undefined => {
  const [expectation] = alertsWithEvidence(record.scenario.expectations);
  if (!expectation) throw new Error('no expectation');
  return autopsy(record, expectation);
};

/** Returns the autopsy of a drill whose page never arrived, with this evidence. */
export const autopsyWithoutPage = (alert: AlertEvidence, changes: Parameters<typeof recordWith>[0] = {}) =>
  autopsyOf(recordWith({ pages: [], ...changes, evidence: { ...changes.evidence, alerts: [alert] } }));

/** The expected cause and hop, the autopsy found, and texts that its evidence must contain. */
export type Row = [cause: string, hop: Autopsy['hop'], found: Autopsy | undefined, ...evidence: string[]];

export const testRows = (rows: readonly Row[]): void => {
  for (const [cause, hop, found, ...evidence] of rows) {
    it(`${cause}: ${evidence.at(-1)}`, () => {
      expect(found).to.include({ cause, hop });
      for (const line of evidence) expect(found?.evidence.join('\n')).to.include(line);
    });
  }
};
