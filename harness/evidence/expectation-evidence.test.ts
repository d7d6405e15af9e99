import { expect } from 'chai';
import { exportedBeforeStored, resolvedPageAt } from './expectation-evidence.ts';

describe('the telemetry hops', () => {
  const hops = (exportedAt: number) => [
    { name: 'sample stored' as const, source: 'Prometheus', at: 100 },
    { name: 'telemetry exported' as const, source: 'the exporters', at: exportedAt },
  ];
  const exported = (at: number) => exportedBeforeStored(hops(at)).map((hop) => hop.at);

  it('are in order, even if the exporters were read late', () => {
    expect(exported(150)).to.deep.equal([100, 100]);
    expect(exported(90)).to.deep.equal([100, 90]);
  });

  it('stay unchanged if no stored sample is known', () => {
    const [, hop] = hops(150);
    expect(exportedBeforeStored(hop ? [hop] : [])).to.deep.equal([hop]);
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
