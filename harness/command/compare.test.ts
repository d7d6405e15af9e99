import { expect } from 'chai';
import type { DrillRecord } from '../../core/record.ts';
import type { Topology } from '../../core/scenario.ts';
import { sampleRecord } from '../../reports/testing/sample-record.ts';
import { type Compared, comparisonText } from './compare.ts';

const drill = (topology: Topology, changes: (record: DrillRecord) => void = () => {}): Compared => {
  const record = structuredClone(sampleRecord());
  record.scenario.load.rates = { checkout: 1 };
  record.stack.topology = topology;
  record.stack.components = [
    { name: 'orders', tool: 'node', version: '', address: '', memoryMiB: 100 },
    { name: 'c', tool: 'otelcol', version: '', address: '', memoryMiB: topology === 'direct' ? 70.4 : 150 },
  ];
  changes(record);
  const { quietGate, faultWindow } = record;
  const from = quietGate?.heldFrom ?? NaN;
  const injectedAt = faultWindow?.injectedAt ?? NaN;
  const recoveredAt = record.phases.find(({ name }) => name === 'prove recovery')?.endedAt ?? NaN;
  const samples = [
    [from - 1, 'checkout', 200, 900, 'storefront-1'],
    [from, 'checkout', 200, 10, 'storefront-1'],
    [from + 1, 'search', 200, 800, 'storefront-1'],
    [injectedAt, 'checkout', 502, 700, 'storefront-1'],
    [recoveredAt, 'checkout', 200, topology === 'direct' ? 30 : 40, 'storefront-1'],
  ];
  return { record, samples: `${samples.map((sample) => sample.join(',')).join('\n')}\n` };
};

const linesOf = (...drills: Compared[]) =>
  comparisonText(drills)
    .split('\n')
    .map((line) => line.trim().split(/\s{2,}/));

describe('comparison of the topologies', () => {
  it('shows MTTD and floor, latency while nothing was broken, and memory', () => {
    const lines = linesOf(drill('sidecar'), drill('direct'));
    const { record } = drill('sidecar');
    expect(lines).to.deep.include(['sidecar', 'direct']);
    expect(lines).to.deep.include([record.scenario.name, '1 of 1 held', '1 of 1 held']);
    expect(lines).to.deep.include(['p99 of checkout', '40 ms', '30 ms']);
    expect(lines).to.deep.include(['memory of the Collectors', '150 MiB', '70 MiB']);
    expect(lines).to.deep.include(['memory of the stack', '250 MiB', '170 MiB']);
    const arrives = record.verdicts.find(({ id }) => id.endsWith('/arrives'));
    expect(lines.map(([what]) => what)).to.include(`MTTD ${arrives?.id.replace('/arrives', '')}`);
  });

  it('takes the median of several drills, and a dash where there is no figure', () => {
    const heavy = (mib: number) =>
      drill('sidecar', ({ stack }) => {
        for (const component of stack.components) component.memoryMiB = mib;
      });
    const broken = drill('direct', (record) => {
      record.outcome = 'broken';
      for (const component of record.stack.components) delete component.memoryMiB;
    });
    const lines = linesOf(heavy(10), heavy(30), heavy(20), broken);
    expect(lines).to.deep.include(['memory of the stack', '40 MiB', '–']);
    expect(lines[3]?.slice(1)).to.deep.equal(['3 of 3 held', '0 of 1 held']);
  });
});
