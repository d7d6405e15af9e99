import { expect } from 'chai';
import { parseHtml } from './html.ts';
import { brief, refusalOf } from './testing/messages.ts';

const read = (source: string) => brief(parseHtml(source));

describe('a Telegram message in HTML', () => {
  const taken: [string, string, string[]][] = [
    ['plain text', 'plain text', []],
    ['<b>Firing</b> now', 'Firing now', ['bold 0 6']],
    ['<strong>a</strong><em>b</em><i>c</i>', 'abc', ['bold 0 1', 'italic 1 1', 'italic 2 1']],
    [
      '<u>a</u><ins>b</ins><s>c</s><del>d</del><strike>e</strike>',
      'abcde',
      ['underline 0 1', 'underline 1 1', 'strikethrough 2 1', 'strikethrough 3 1', 'strikethrough 4 1'],
    ],
    ['<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>', 'ab', ['spoiler 0 1', 'spoiler 1 1']],
    ['🔥 <b>x</b>', '🔥 x', ['bold 3 1']],
    ['<b>a<i>b</i></b>', 'ab', ['bold 0 2', 'italic 1 1']],
    ['<B>a</b >', 'a', ['bold 0 1']],
    ['<i>a</>', 'a', ['italic 0 1']],
    ['<b></b>a', 'a', []],
    ['<a href="https://a.test/x?y=1&amp;z=2">see</a>', 'see', ['text_link 0 3 https://a.test/x?y=1&z=2']],
    ["<a href='http://A.Test'>see</a>", 'see', ['text_link 0 3 http://a.test/']],
    ['<a>https://a.test/x</a>', 'https://a.test/x', ['text_link 0 16 https://a.test/x']],
    ['<a href="http://localhost:3000/d/x">see</a>', 'see', []],
    ['<a href="ftp://a.test/x">see</a>', 'see', []],
    ['<a href="tg://user?id=42">Ann</a>', 'Ann', ['text_mention 0 3']],
    ['<code>a &lt; b</code>', 'a < b', ['code 0 5']],
    ['<pre>a\nb</pre>', 'a\nb', ['pre 0 3']],
    ['<pre><code class="language-sql">SELECT</code></pre>', 'SELECT', ['pre 0 6 sql']],
    ['<pre><code>a</code></pre>', 'a', ['pre 0 1']],
    [
      '<blockquote>a</blockquote><blockquote expandable>b</blockquote>',
      'ab',
      ['blockquote 0 1', 'expandable_blockquote 1 1'],
    ],
    ['<tg-emoji emoji-id="5368">👍</tg-emoji>', '👍', ['custom_emoji 0 2']],
    ['&lt;&gt;&amp;&quot;&lt &nbsp; &#39;&#x1F525; & &bogus; &#0;', '<>&"< &nbsp; \'🔥 & &bogus; &#0;', []],
    ['a > b', 'a > b', []],
  ];
  for (const [source, text, entities] of taken) {
    it(`reads ${source}`, () => {
      expect(read(source)).to.deep.equal({ text, entities });
    });
  }

  const refused: [string, string][] = [
    ['5 < 6', 'Unsupported start tag "" at byte offset 2'],
    ['rate <5', 'Unclosed start tag at byte offset 5'],
    ['é <burns>', 'Unsupported start tag "burns" at byte offset 3'],
    ['<h1>a</h1>', 'Unsupported start tag "h1" at byte offset 0'],
    ['<br/>', 'Unsupported start tag "br/" at byte offset 0'],
    ['<b>a', 'Can\'t find end tag corresponding to start tag "b"'],
    ['<b><i>a</b></i>', 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'],
    ['a</b>', 'Unexpected end tag at byte offset 1'],
    ['<b>a</b', 'Unclosed end tag at byte offset 4'],
    ['<a href="x', 'Unclosed start tag at byte offset 0'],
    ['<a href', 'Unclosed start tag "a" at byte offset 0'],
    ['<a href=', 'Unclosed start tag "a" at byte offset 0'],
    ['<a href=https://a.test>x</a>', 'Unexpected end of name token at byte offset 8'],
    ['<a href="x"/>', 'Empty attribute name in the tag "a" at byte offset 0'],
    ['<span class="red">a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
    ['<tg-emoji emoji-id="x">a</tg-emoji>', 'Invalid custom emoji identifier specified'],
    [
      '&#xD83D;',
      'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
    ],
  ];
  for (const [source, words] of refused) {
    it(`refuses ${source}`, () => {
      expect(refusalOf(() => parseHtml(source))).to.equal(words);
    });
  }
});
