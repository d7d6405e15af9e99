import { expect } from 'chai';
import { parseMarkdown } from './markdown.ts';
import { brief, refusalOf } from './testing/messages.ts';

describe('a Telegram message in the old Markdown', () => {
  const taken: [string, string, string[]][] = [
    ['1.5 - 2 (a) = {b}!', '1.5 - 2 (a) = {b}!', []],
    ['*a* _b_ `c`', 'a b c', ['bold 0 1', 'italic 2 1', 'code 4 1']],
    ['*a _b*', 'a _b', ['bold 0 4']],
    ['a\\_b', 'a_b', []],
    ['```sql\nSELECT```', 'SELECT', ['pre 0 6 sql']],
    ['[see](https://a.test/x)', 'see', ['text_link 0 3 https://a.test/x']],
    ['[see](http://localhost/x)', 'see', []],
    ['[Ann](tg://user?id=42)', 'Ann', ['text_mention 0 3']],
    ['**Firing**', 'Firing', []],
  ];
  for (const [source, text, entities] of taken) {
    it(`reads ${JSON.stringify(source)}`, () => {
      expect(brief(parseMarkdown(source))).to.deep.equal({ text, entities });
    });
  }

  for (const [source, at] of [
    ['snake_case', 5],
    ['é *a', 3],
    ['`a', 0],
    ['```a``', 0],
    ['[a', 0],
  ] as const) {
    it(`refuses ${source}`, () => {
      expect(refusalOf(() => parseMarkdown(source))).to.equal(
        `Can't find end of the entity starting at byte offset ${at}`,
      );
    });
  }
});
