import { expect } from 'chai';
import { parseExposition, parseValue } from './exposition.ts';

const parse = (text: string) => parseExposition(text, 'test');

describe('text exposition', () => {
  it('reads names, labels and values, and skips comments and blank lines', () => {
    const text =
      '# HELP a_total Help.\n# TYPE a_total counter\n\na_total 3\n  b{x="1",y="two words"}  2.5e+06 1700000000000\n';
    expect(parse(text)).to.deep.equal([
      { name: 'a_total', labels: {}, value: 3 },
      { name: 'b', labels: { x: '1', y: 'two words' }, value: 2.5e6 },
    ]);
  });

  it('reads escapes, braces and commas within label values, a trailing comma and blanks', () => {
    const text = 'm { path="C:\\\\a\\n}\\"," , le = "+Inf" , } 1\nn{} 0';
    expect(parse(text)).to.deep.equal([
      { name: 'm', labels: { path: 'C:\\a\n}",', le: '+Inf' }, value: 1 },
      { name: 'n', labels: {}, value: 0 },
    ]);
  });

  it('reads only the lines of one metric, if asked', () => {
    const text = 'm 1\nm_total 2\nno_value\nm{a="1"} 3';
    expect(parseExposition(text, 'test', 'm')).to.deep.equal([
      { name: 'm', labels: {}, value: 1 },
      { name: 'm', labels: { a: '1' }, value: 3 },
    ]);
  });

  it('reads infinities and NaN', () => {
    expect(['+Inf', '-Inf', 'Inf'].map(parseValue)).to.deep.equal([Infinity, -Infinity, Infinity]);
    expect(parse('m NaN')[0]?.value).to.be.NaN;
  });

  it('names every line that is not of the format', () => {
    const text = 'ok 1\nno_value\nm{a=b} 1\nm{a="b"c="d"} 1\nm{a="\\x"} 1\nm one\nm{a="b" 1\n1m 2';
    expect(() => parse(text)).to.throw(
      /^test: not .*line 2: .*line 3: .*line 4: .*line 5: .*line 6: .*line 7: .*line 8: 1m 2$/,
    );
  });
});
