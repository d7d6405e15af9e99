import { expect } from 'chai';
import { exportedBeforeStored } from './expectation-evidence.ts';

describe('the hops of a telemetry', () => {
  const hops = (exportedAt: number) => [
    { name: 'sample stored' as const, source: 'Prometheus', at: 100 },
    { name: 'telemetry exported' as const, source: 'the exporters', at: exportedAt },
  ];
  const exported = (at: number) => exportedBeforeStored(hops(at)).map((hop) => hop.at);

  it('are in order, also where the look at the exporters came late', () => {
    expect(exported(150)).to.deep.equal([100, 100]);
    expect(exported(90)).to.deep.equal([100, 90]);
  });

  it('stay as they are where nothing is known to be stored', () => {
    const [, hop] = hops(150);
    expect(exportedBeforeStored(hop ? [hop] : [])).to.deep.equal([hop]);
  });
});
