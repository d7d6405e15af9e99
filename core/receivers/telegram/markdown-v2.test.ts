import { expect } from 'chai';
import { parseMarkdownV2 } from './markdown-v2.ts';
import { brief, refusalOf } from './testing/messages.ts';

describe('a Telegram message in MarkdownV2', () => {
  const taken: [string, string, string[]][] = [
    ['plain text', 'plain text', []],
    [
      '*a* _b_ __c__ ~d~ ||e||',
      'a b c d e',
      ['bold 0 1', 'italic 2 1', 'underline 4 1', 'strikethrough 6 1', 'spoiler 8 1'],
    ],
    ['*a _b_*', 'a b', ['bold 0 3', 'italic 2 1']],
    ['___a_\r__', 'a\r', ['underline 0 2', 'italic 0 1']],
    ['1\\.5 \\- 2\\!', '1.5 - 2!', []],
    ['a\\', 'a\\', []],
    ['`a.b-c`', 'a.b-c', ['code 0 5']],
    ['```sql\nSELECT 1;```', 'SELECT 1;', ['pre 0 9 sql']],
    ['```\na```', 'a', ['pre 0 1']],
    ['[see](https://a.test/x_\\(1\\))', 'see', ['text_link 0 3 https://a.test/x_(1)']],
    ['[a\\.test]', 'a.test', ['text_link 0 6 http://a.test/']],
    ['[see](http://localhost:3000)', 'see', []],
    ['[Ann](tg://user?id=42)', 'Ann', ['text_mention 0 3']],
    ['![👍](tg://emoji?id=5368)', '👍', ['custom_emoji 0 2']],
    ['>a\n>b\nc', 'a\nb\nc', ['blockquote 0 4']],
    ['>a\n>b||', 'a\nb', ['expandable_blockquote 0 3']],
    ['>a||\nb', 'a\nb', ['expandable_blockquote 0 2']],
    ['**', '', []],
  ];
  for (const [source, text, entities] of taken) {
    it(`reads ${JSON.stringify(source)}`, () => {
      expect(brief(parseMarkdownV2(source))).to.deep.equal({ text, entities });
    });
  }

  for (const c of ']()>#+-=|{}.!') {
    it(`refuses a bare ${c}`, () => {
      expect(refusalOf(() => parseMarkdownV2(`a ${c} b`))).to.equal(
        `Character '${c}' is reserved and must be escaped with the preceding '\\'`,
      );
    });
  }

  const refused: [string, string][] = [
    ['é *a', "Can't find end of Bold entity at byte offset 3"],
    ['snake_case', "Can't find end of Italic entity at byte offset 5"],
    ['__a_', "Can't find end of Italic entity at byte offset 3"],
    ['`a', "Can't find end of Code entity at byte offset 0"],
    ['```sql\na', "Can't find end of PreCode entity at byte offset 0"],
    ['```a', "Can't find end of Pre entity at byte offset 0"],
    ['[a', "Can't find end of TextUrl entity at byte offset 0"],
    ['[a](https://a.test', "Can't find end of a URL at byte offset 4"],
    ['||a', "Can't find end of Spoiler entity at byte offset 0"],
    ['>*a\nb*', "Can't find end of Bold entity at byte offset 1"],
    ['![a]', 'The entity must contain a tg://emoji or tg://time URL'],
    ['![a](https://a.test)', 'Invalid tg://emoji or tg://time URL specified'],
  ];
  for (const [source, words] of refused) {
    it(`refuses ${JSON.stringify(source)}`, () => {
      expect(refusalOf(() => parseMarkdownV2(source))).to.equal(words);
    });
  }
});
