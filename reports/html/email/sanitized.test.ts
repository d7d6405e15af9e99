import { expect } from 'chai';
import { sanitized } from './sanitized.ts';

describe('the HTML of an e-mail in a report', () => {
  const cases: [what: string, source: string, shown: string][] = [
    ['keeps what structures text', '<p class="x">a <b>b</b><br/>c</p>', '<p>a <b>b</b><br>c</p>'],
    ['has no script', 'a<script>alert(1)</script>b<script>unclosed', 'ab'],
    [
      'has no handler and no style',
      '<div onclick="x()" style="background:url(http://a)">a</div>',
      '<div>a</div>',
    ],
    [
      'loads nothing',
      '<img src="http://a.test/x"><link href="http://a.test"><iframe src="http://a"></iframe>b',
      'b',
    ],
    [
      'links as the report does',
      '<a href="https://a.test/?x=1&amp;y=2"><b>Runbook</b></a>',
      '<a href="https://a.test/?x=1&amp;y=2" rel="noopener noreferrer nofollow">Runbook</a>',
    ],
    ['has no link that runs', '<a href="javascript:alert(1)">a</a>', '<span>a</span>'],
    [
      'closes what is open, and nothing else',
      '</main><table><tr><td>a</p>',
      '<table><tr><td>a</td></tr></table>',
    ],
    ['escapes text, once', '5 &lt; 6 & "7"', '5 &lt; 6 &amp; &quot;7&quot;'],
    ['takes a reference that hides a tag for text', '&lt;script&gt;x', '&lt;script&gt;x'],
  ];
  for (const [what, source, shown] of cases) {
    it(what, () => {
      expect(sanitized(source).text).to.equal(shown);
    });
  }
});
