import { expect } from 'chai';
import { logQueryIn } from './log-query.ts';
import { parseLogql } from './parse.ts';

const read = (expr: string) => logQueryIn(expr, parseLogql(expr));

describe('log queries', () => {
  const found: [logs: string, ...stages: string[]][] = [
    ['{a="b"}'],
    ['{a="b"} |= "x|y" != `z` | json', '|= "x|y"', '!= `z`', '| json'],
    ['{a="b"} | level != "info" | status >= 500', '| level != "info"', '| status >= 500'],
    ['{a="b"} | json != "x" |~ "(?i)err"', '| json', '!= "x"', '|~ "(?i)err"'],
    ['{a="b"} | line_format "{{.x}} | {{.y}}" |= "a\\"b"', '| line_format "{{.x}} | {{.y}}"', '|= "a\\"b"'],
    ['{a="b"} |= "c" or "d" or `e` != "f"', '|= "c" or "d" or `e`', '!= "f"'],
    ['{a="b"} |= ip("10.0.0.0/8") |> "<_> x"', '|= ip("10.0.0.0/8")', '|> "<_> x"'],
    ['{a="b"} | addr = ip("10.0.0.1") or x="y" | drop z', '| addr = ip("10.0.0.1") or x="y"', '| drop z'],
    [
      '{a="b"} | logfmt --strict c, d="e" | (c="x" or d=~"y") and e > 5 | took > 5m',
      '| logfmt --strict c, d="e"',
      '| (c="x" or d=~"y") and e > 5',
      '| took > 5m',
    ],
    ['{a="b"} # |= "no"\n  |= "#yes" # | json\n  | json', '|= "#yes"', '| json'],
  ];
  for (const [logs, ...stages] of found) {
    it(`has the stages of ${logs}`, () => {
      const query = read(logs);
      expect(query?.stages.map(({ text }) => text)).to.deep.equal(stages);
      expect(query?.text).to.equal(['{a="b"}', ...stages].join(' '));
    });
  }

  it('have matchers, with their values', () => {
    expect(read('{a="b\\"c", d!~`[5m]}`}')?.selector).to.deep.equal({
      text: '{a="b\\"c", d!~`[5m]}`}',
      matchers: [
        { label: 'a', operator: '=', value: 'b"c' },
        { label: 'd', operator: '!~', value: '[5m]}' },
      ],
    });
  });

  it('have what each stage asks for', () => {
    const query = read('{a="b"} |= "c" or "d" | json | level="err\\"or" | status >= 500 != `e`');
    expect(query?.stages.map(({ value }) => value)).to.deep.equal(['c', '', 'err"or', '', 'e']);
  });

  it('are not in an expression without a selector', () => {
    expect(read('vector(0) > 1')).to.equal(undefined);
  });
});
