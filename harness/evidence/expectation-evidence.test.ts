import { expect } from 'chai';
import { resolvedPageAt, telemetryInOrder } from './expectation-evidence.ts';

describe('the telemetry hops', () => {
  const hops = (exportedAt: number, trueAt?: number) => [
    { name: 'sample stored' as const, source: 'Prometheus', at: 5_000 },
    { name: 'telemetry exported' as const, source: 'the exporters', at: exportedAt },
    ...(trueAt === undefined ? [] : [{ name: 'expression true' as const, source: 'Prometheus', at: trueAt }]),
  ];
  const times = (isRead: boolean, ...given: Parameters<typeof hops>) =>
    telemetryInOrder(hops(...given), isRead).map(({ at }) => at);

  it('are in order, even if the exporters were read late', () => {
    expect(times(true, 5_050)).to.deep.equal([5_000, 5_000]);
    expect(times(true, 4_990)).to.deep.equal([5_000, 4_990]);
  });

  it('are not after the evaluation that read them, even if the store was read late', () => {
    expect(times(true, 4_990, 4_400)).to.deep.equal([4_400, 4_400, 4_400]);
    expect(times(true, 4_990, 5_400)).to.deep.equal([5_000, 4_990, 5_400]);
  });

  it('may be after an evaluation that was true for another reason', () => {
    expect(times(true, 4_990, 2_000)).to.deep.equal([5_000, 4_990, 2_000]);
    expect(times(false, 4_990, 4_400)).to.deep.equal([5_000, 4_990, 4_400]);
  });

  it('stay unchanged if no stored sample is known', () => {
    const [, hop] = hops(150);
    expect(telemetryInOrder(hop ? [hop] : [], true)).to.deep.equal([hop]);
  });
});

describe('the hop of the resolved page', () => {
  const pages = [
    { status: 'firing' as const, receivedAt: 100 },
    { status: 'resolved' as const, receivedAt: 200 },
    { status: 'firing' as const, receivedAt: 300 },
    { status: 'resolved' as const, receivedAt: 400 },
  ];

  it('is the page of the last resolution, if the alert fired again', () => {
    expect(resolvedPageAt(pages, [390, 150])).to.equal(400);
  });

  it('is the first page after the revert, if none came after the last resolution', () => {
    expect(resolvedPageAt(pages, [450, 150])).to.equal(200);
    expect(resolvedPageAt(pages, [undefined, 210])).to.equal(400);
  });

  it('is any resolved page, if none came after these times', () => {
    expect(resolvedPageAt(pages, [undefined, 500])).to.equal(200);
    expect(resolvedPageAt(pages.slice(0, 1), [undefined, 50])).to.equal(undefined);
  });
});
