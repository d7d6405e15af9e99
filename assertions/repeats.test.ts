import { expect } from 'chai';
import { at, pageAt } from './testing/basics.ts';
import { evidenceOf } from './testing/evidence.ts';
import { recordWith, verdictOf } from './testing/record.ts';

const { route } = evidenceOf();
if (!route) throw new Error('the sample has no route');

/** A page at 10.5 s, another one this much later, and the resolution. */
const repeated = (afterMs: number, startsAt = at(9.5)) =>
  verdictOf(
    recordWith({
      pages: [
        pageAt(10.5),
        pageAt(10.5 + afterMs / 1000, { delivery: 1, startsAt }),
        pageAt(25, { status: 'resolved', delivery: 2 }),
      ],
      evidence: { alerts: [evidenceOf({ route: { ...route, repeatIntervalMs: 4_000 } })] },
    }),
    'no-other-page',
  );

describe('a page that comes again while its alert fires', () => {
  it('is accepted after repeat_interval', () => {
    expect(repeated(4_010).outcome).to.equal('pass');
    expect(repeated(9_000).outcome).to.equal('pass');
  });
  it('is another page before that, or if the alert started again', () => {
    expect(repeated(1_000).message).to.include('a repeat of a page that had arrived');
    expect(repeated(9_000, at(18)).message).to.include('the alert fired again');
  });
});
