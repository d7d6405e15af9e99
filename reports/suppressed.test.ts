import { expect } from 'chai';
import { suppressed } from './suppressed.ts';
import { at } from './testing/basics.ts';
import { notifiedRecord, sampleSuppressions } from './testing/notified-record.ts';
import { sampleRecord } from './testing/sample-record.ts';

describe('alerts that were not notified', () => {
  it('are told with what kept them back, those of one name and reason together', () => {
    const all = suppressed(notifiedRecord());
    expect(all.map(({ alert, labels, text }) => [alert, labels.length, text])).to.deep.equal([
      ['ServiceSlow', 2, 'inhibited by DatabaseDown {database=main}'],
      ['DiskFull', 1, 'silenced by ann until 11:30:00 UTC: “disk is replaced”'],
      ['CheckoutErrorRateHigh', 1, 'muted by the time interval nights, for payments'],
    ]);
    expect(all[0]?.stretches[0]).to.deep.equal({ from: at(40), to: at(50), ended: true });
    expect(all[1]?.stretches).to.deep.equal([{ from: at(35), to: at(60), ended: false }]);
  });

  it('are told without times where the record has none', () => {
    const record = sampleRecord();
    const [alert] = record.evidence?.alerts ?? [];
    const [held] = alert?.alertmanager ?? [];
    if (!record.evidence || !alert || !held) throw new Error('the sample is not whole');
    const kept = {
      ...held,
      ...{ inhibitedBy: ['f9'], silencedBy: ['c1'], mutedBy: ['nights'] },
      inhibitors: [{ fingerprint: 'f9', labels: { alertname: 'DatabaseDown' } }],
    };
    const evidence = { ...record.evidence, alerts: [{ ...alert, alertmanager: [kept] }] };
    const told = suppressed({ ...record, evidence });
    expect(told.map(({ text }) => text)).to.deep.equal([
      'inhibited by DatabaseDown',
      'silenced by the silence c1',
      'muted by the time interval nights',
    ]);
    expect(told.flatMap(({ stretches }) => stretches)).to.deep.equal([]);
    // A suppression with times is listed once: not again from the state at the end of the drill.
    const timed = sampleSuppressions.map((one) => ({ ...one, labels: held.labels }));
    const again = suppressed({ ...record, evidence: { ...evidence, suppressions: timed } });
    expect(again.map(({ stretches }) => stretches.length)).to.deep.equal([2, 1, 1]);
  });

  it('name an inhibiting alert that was not seen by its fingerprint', () => {
    const [first] = sampleSuppressions;
    if (!first) throw new Error('the sample has no suppression');
    const { inhibitor: _, ...unseen } = first;
    const record = notifiedRecord();
    const evidence = record.evidence && { ...record.evidence, suppressions: [unseen] };
    expect(suppressed({ ...record, ...(evidence ? { evidence } : {}) })[0]?.text).to.equal(
      'inhibited by an alert that was not seen (fingerprint f9)',
    );
  });
});
