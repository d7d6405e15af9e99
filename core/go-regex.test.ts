import { expect } from 'chai';
import { anchoredGoRegex } from './go-regex.ts';

describe('regular expressions of Go', () => {
  for (const [pattern, matching, other] of [
    ['web|api', 'api', 'apis'],
    ['web\\-[0-9]+', 'web-12', 'web12'],
    ['[\\w\\-.]+\\:9100', 'node-1.a:9100', 'node/1:9100'],
    ['[\\w-.]+', 'a-b.c', 'a b'],
    ['\\d{3}\\_x', '123_x', '12_x'],
    ['(?i)crit(?:ical)?', 'CRITICAL', 'critic'],
    ['prod|(?i)dev|test', 'TEST', 'PROD'],
    ['a(?i:b)c', 'aBc', 'aBC'],
    ['(?P<team>\\w+)-(?P<n>\\d+)', 'shop-1', 'shop-x'],
    ['[[:alpha:]_]+', 'ab_c', 'ab1'],
    ['[^[:digit:]]', 'x', '7'],
    ['[]a]+', ']a]', 'b'],
    ['\\pL+', 'Übung', 'a1'],
    ['\\p{Greek}+', 'αβ', 'ab'],
    ['\\Qa.b(c\\E.', 'a.b(cx', 'aXb(cx'],
    ['a{,2}', 'a{,2}', 'aa'],
    ['{a}]', '{a}]', 'a'],
    ['\\Aweb\\z', 'web', 'webs'],
    ['\\x41\\x{42}\\103', 'ABC', 'ABD'],
    ['http://\\S+/@x', 'http://a/@x', 'http://a b/@x'],
    ['[a-c\\]]+', 'ab]', 'abd'],
    ['', '', 'x'],
  ] as const)
    it(`${pattern || 'an empty one'} matches ${JSON.stringify(matching)}, and not ${JSON.stringify(other)}`, () => {
      const regex = anchoredGoRegex(pattern);
      expect(regex?.test(matching), regex?.source).to.equal(true);
      expect(regex?.test(other), regex?.source).to.equal(false);
    });

  it('are refused if Go or JavaScript does not know them', () => {
    for (const pattern of ['(', 'a)', '[a', '*', '(?=a)', '(?U)a+', '\\1', 'a\\', '[[:no:]]', '\\C', '(?P<a'])
      expect(anchoredGoRegex(pattern), pattern).to.equal(undefined);
  });
});
