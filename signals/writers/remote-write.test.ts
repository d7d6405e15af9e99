import { expect } from 'chai';
import { encodeRequest, requestsOf, type SampledLine, sampleOf } from './remote-write.ts';
import { snappyLiterals } from './snappy.ts';
import { varint } from './varint.ts';

const line = (count: number, name = 'up'): SampledLine => ({
  labels: { __name__: name },
  firstAt: 1_000,
  everyMs: 500,
  count,
  firstValue: 1,
  perMs: 0.002,
});
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const text = (words: string) => Buffer.from(words).toString('hex');

describe('remote write', () => {
  it('encodes labels and samples in the fields of the protocol', () => {
    const label = `0a08${text('__name__')}1202${text('up')}`;
    const first = '09000000000000f03f10e807';
    const second = '09000000000000004010dc0b';
    expect(hex(encodeRequest([{ line: line(2), from: 0, to: 2 }]))).to.equal(
      `0a2c0a0e${label}120c${first}120c${second}`,
    );
    expect(hex(encodeRequest([{ line: line(2), from: 1, to: 2 }]))).to.equal(`0a1e0a0e${label}120c${second}`);
  });

  it('sorts labels by name, whatever their order', () => {
    const of = (labels: Record<string, string>) =>
      encodeRequest([{ line: { ...line(1), labels }, from: 0, to: 1 }]);
    const sorted = of({ Zone: 'a', __name__: 'up', job: 'shop' });
    expect(hex(of({ job: 'shop', __name__: 'up', Zone: 'a' }))).to.equal(hex(sorted));
    const places = ['Zone', '__name__', 'job'].map((name) => sorted.indexOf(name));
    expect(places).to.deep.equal(places.toSorted((a, b) => a - b));
    expect(places).not.to.include(-1);
  });

  it('puts samples on a straight line', () => {
    expect([0, 1, 4].map((nth) => sampleOf(line(5), nth))).to.deep.equal([
      [1_000, 1],
      [1_500, 2],
      [3_000, 5],
    ]);
  });

  it('splits lines into requests of limited size, without losing or repeating a sample', () => {
    const lines = [line(3, 'a'), line(0, 'none'), line(7, 'b'), line(2, 'c')];
    const requests = [...requestsOf(lines, 5)].map((parts) =>
      parts.map(({ line: { labels }, from, to }) => [labels.__name__, from, to]),
    );
    expect(requests).to.deep.equal([
      [
        ['a', 0, 3],
        ['b', 0, 2],
      ],
      [['b', 2, 7]],
      [['c', 0, 2]],
    ]);
    expect([...requestsOf([])]).to.deep.equal([]);
  });
});

describe('varint', () => {
  const cases: [value: number, bytes: string][] = [
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [300, 'ac02'],
    // A time of today: more than 32 bits.
    [1_700_000_000_000, '80d095ffbc31'],
  ];
  for (const [value, bytes] of cases) it(`of ${value}`, () => expect(hex(varint(value))).to.equal(bytes));
});

describe('Snappy', () => {
  it('has the length of everything, then one literal', () => {
    expect(hex(snappyLiterals(Buffer.from('abc')))).to.equal(`03fc02000000${text('abc')}`);
    expect(hex(snappyLiterals(Buffer.alloc(300))).slice(0, 14)).to.equal('ac02fc2b010000');
    expect(hex(snappyLiterals(Buffer.alloc(0)))).to.equal('00');
  });
});
