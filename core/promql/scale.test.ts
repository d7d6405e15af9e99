import { expect } from 'chai';
import { FiredrillError } from '../errors.ts';
import { scaleDurations } from './scale.ts';

const cases: [expr: string, factor: number, scaled: string][] = [
  ['rate(x[5m]) > 0.05', 15, 'rate(x[20s]) > 0.05'],
  [
    'sum(rate(x[1m]))  /  sum(rate(y[1m])) # every 5m',
    15,
    'sum(rate(x[4s]))  /  sum(rate(y[4s])) # every 5m',
  ],
  ['rate(x[1h30m])', 15, 'rate(x[6m])'],
  ['rate(x[ 300 ])', 15, 'rate(x[ 20s ])'],
  ['rate(x[0x3c])', 15, 'rate(x[4s])'],
  ['rate(x[1_000])', 10, 'rate(x[1m40s])'],
  ['x offset 5m', 15, 'x offset 20s'],
  ['x offset -5m', 15, 'x offset -20s'],
  ['x offset -(5m)', 15, 'x offset -(20s)'],
  ['x offset 0s', 15, 'x offset 0s'],
  ['max_over_time(rate(x[5m])[1h:1m] offset 1d)', 15, 'max_over_time(rate(x[20s])[4m:4s] offset 1h36m)'],
  ['max_over_time(x[1h:])', 15, 'max_over_time(x[4m:])'],
  ['x @ 1609746000 offset 5m', 15, 'x @ 1609746000 offset 20s'],
  ['rate(x[5m] @ start())', 15, 'rate(x[20s] @ start())'],
  ['x{window="5m", y=~"[5m]"} > 5', 15, 'x{window="5m", y=~"[5m]"} > 5'],
  [
    'histogram_quantile(0.99, sum by (le) (rate(b[2m]))) > 500ms',
    15,
    'histogram_quantile(0.99, sum by (le) (rate(b[8s]))) > 500ms',
  ],
  ['time() - done > 5m', 15, 'time() - done > 5m'],
  ['rate(x[5ms])', 15, 'rate(x[1ms])'],
  ['rate(x[10s])', 15, 'rate(x[667ms])'],
  ['rate(x[90s])', 1, 'rate(x[90s])'],
  ['rate(x[5m * 2])', 15, 'rate(x[20s * 2])'],
  ['rate(x[2 * 5m])', 15, 'rate(x[2 * 20s])'],
  ['rate(x[1h / 2])', 15, 'rate(x[4m / 2])'],
  ['rate(x[5m + step()])', 15, 'rate(x[20s + step()])'],
  ['rate(x[2 * step()])', 15, 'rate(x[2 * step()])'],
  ['rate(x[max_of(5m, 15 * 3)])', 15, 'rate(x[max_of(20s, 1s * 3)])'],
  ['vector(1)', 15, 'vector(1)'],
];

describe('scaleDurations', () => {
  for (const [expr, factor, scaled] of cases) {
    it(`${expr} / ${factor}`, () => expect(scaleDurations(expr, factor)).to.equal(scaled));
  }

  const faulty: [expr: string, where: string, message: string][] = [
    ['rate(x[5m', 'line 1, column 10', 'ends too early'],
    ['sum(x)\n  by 5 > 1', 'line 2, column 6', '"5 > 1"'],
    ['x[', 'line 1, column 3', 'ends too early'],
    ['', 'line 1, column 1', 'ends too early'],
    ['x[inf]', 'character 3', '"inf"'],
    ['x[2 ^ 5m]', 'character 5', 'power'],
  ];
  for (const [expr, where, message] of faulty) {
    it(`refuses ${JSON.stringify(expr)}`, () => {
      const thrown = expect(() => scaleDurations(expr, 15)).to.throw(FiredrillError);
      thrown.with.property('kind', 'bad-input');
      thrown.with.property('message').that.includes(where).and.includes(message);
    });
  }
});
