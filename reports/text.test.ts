import { expect } from 'chai';
import { clipped, count, listed, oneLine, printable, relative, sentence, span } from './text.ts';

describe('text of reports', () => {
  it('makes characters visible that would act', () => {
    expect(printable('a\u001b[2J\u0000\u009b\u202eb\tc\r\nd\re')).to.equal(
      'a\\x1b[2J\\x00\\x9b\\u202eb\tc\nd\\x0de',
    );
    expect(printable('\ud800x')).to.equal('\ufffdx');
    expect(oneLine(' a\n\n  b ')).to.equal('a b');
  });

  it('writes lengths and relative times', () => {
    expect([span(20_000), span(10_600), span(180), span(undefined)]).to.deep.equal([
      '20 s',
      '10.6 s',
      '180 ms',
      '–',
    ]);
    expect([relative(9400), relative(-180), relative(200_000)]).to.deep.equal([
      '+9.4 s',
      '-0.2 s',
      '+3 m 20 s',
    ]);
  });

  it('writes counts, lists and sentences', () => {
    expect([count(1, 'page'), count(2, 'page')]).to.deep.equal(['1 page', '2 pages']);
    expect([listed(['a']), listed(['a', 'b', 'c']), listed(['a', 'b'], 'or')]).to.deep.equal([
      'a',
      'a, b and c',
      'a or b',
    ]);
    expect([sentence('done'), sentence('done?')]).to.deep.equal(['done.', 'done?']);
    expect([clipped('abcdef', 4), clipped('abcd', 4)]).to.deep.equal(['abc…', 'abcd']);
  });
});
