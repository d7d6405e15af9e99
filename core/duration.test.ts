import { expect } from 'chai';
import { formatDuration, humanDuration, parseDuration } from './duration.ts';

describe('parseDuration', () => {
  const cases = {
    '0': 0,
    '0s': 0,
    '1ms': 1,
    '500ms': 500,
    '15s': 15_000,
    '2m': 120_000,
    '1h30m': 5_400_000,
    '1m30s500ms': 90_500,
    '90s': 90_000,
    '1d': 86_400_000,
    '1w': 604_800_000,
    '1y': 31_536_000_000,
    '1y2w3d4h5m6s7ms': 31_536_000_000 + 2 * 604_800_000 + 3 * 86_400_000 + 4 * 3_600_000 + 306_007,
  };
  for (const [text, ms] of Object.entries(cases)) {
    it(`reads ${text}`, () => expect(parseDuration(text)).to.equal(ms));
  }

  // The order of the units is fixed, each comes once, and there are neither signs, fractions nor spaces.
  const refused = [
    '',
    ' ',
    '5',
    '-1s',
    '+1s',
    '1.5s',
    '1 s',
    ' 1s',
    '1s ',
    '1s\n',
    's',
    'ms',
    '1S',
    '1m2h',
    '1s1s',
    '1M',
    '2 minutes',
    '٣s',
  ];
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => expect(parseDuration(text)).to.equal(undefined));
  }
});

describe('formatDuration', () => {
  const cases = {
    0: '0s',
    1: '1ms',
    999: '999ms',
    1000: '1s',
    90000: '1m30s',
    3600000: '1h',
    5400500: '1h30m500ms',
    86400000: '1d',
    777600000: '9d',
  };
  for (const [ms, text] of Object.entries(cases)) {
    it(`writes ${ms} ms as ${text}`, () => expect(formatDuration(Number(ms))).to.equal(text));
  }

  it('rounds to whole milliseconds', () => {
    expect(formatDuration(1_333.3)).to.equal('1s333ms');
    expect(formatDuration(0.4)).to.equal('0s');
  });

  it('is read back as the same length', () => {
    // Steps that meet every unit and no round number.
    for (let ms = 1; ms < 40 * 86_400_000; ms = Math.ceil(ms * 1.37) + 13) {
      expect(parseDuration(formatDuration(ms)), `${ms} ms`).to.equal(ms);
    }
  });
});

describe('humanDuration', () => {
  const cases: [number, string][] = [
    [0, '0 ms'],
    [999.4, '999 ms'],
    [1_000, '1.0 s'],
    [9_449, '9.4 s'],
    [-1_500, '-1.5 s'],
    [119_900, '119.9 s'],
    [120_000, '2 m'],
    [200_000, '3 m 20 s'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '–'],
  ];
  for (const [ms, text] of cases) {
    it(`says ${text} of ${ms} ms`, () => expect(humanDuration(ms)).to.equal(text));
  }
});
