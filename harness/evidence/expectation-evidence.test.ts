import { expect } from 'chai';
import { exportedBeforeStored } from './expectation-evidence.ts';

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
