import { expect } from 'chai';
import { at, pageAt } from './testing/basics.ts';
import { evidenceOf } from './testing/evidence.ts';
import { recordWith, verdictOf } from './testing/record.ts';

const { route } = evidenceOf();
if (!route) throw new Error('the sample has no route');

const routed = (repeatIntervalMs: number, receiver = route.receiver) =>
  evidenceOf({ route: { ...route, receiver, repeatIntervalMs } });

/** A page at 10.5 s, another one this much later, and the resolution. */
const repeated = (
  afterMs: number,
  startsAt = at(9.5),
  alerts = [routed(4_000)],
  contactPoints?: string[],
) => {
  const through = contactPoints ? { contactPoints } : {};
  return verdictOf(
    recordWith({
      pages: [
        pageAt(10.5, through),
        pageAt(10.5 + afterMs / 1000, { delivery: 1, startsAt, ...through }),
        pageAt(25, { status: 'resolved', delivery: 2, ...through }),
      ],
      evidence: { alerts },
    }),
    'no-other-page',
  );
};

describe('a page that comes again while its alert fires', () => {
  it('is accepted after repeat_interval', () => {
    expect(repeated(4_010).outcome).to.equal('pass');
    expect(repeated(9_000).outcome).to.equal('pass');
  });
  it('is measured by the route that it took, of several', () => {
    const alerts = [routed(1_000, 'archive'), routed(4_000, 'payments')];
    expect(repeated(1_500, at(9.5), alerts, ['payments']).outcome).to.equal('fail');
    expect(repeated(1_500, at(9.5), alerts, ['archive']).outcome).to.equal('pass');
  });
  it('is another page before that, or if the alert started again', () => {
    expect(repeated(1_000).message).to.include('a repeat of a page that had arrived');
    expect(repeated(9_000, at(18)).message).to.include('the alert fired again');
  });
});
