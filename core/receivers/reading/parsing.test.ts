import { expect } from 'chai';
import { parseAlertList } from './alert-list.ts';
import { distinctLinks, linksIn, slackLinkAddress } from './links.ts';
import { classifyValues, parseTime } from './named-values.ts';
import { parseSubject } from './subject.ts';

describe('reading messages', () => {
  it('subjects', () => {
    const cases: [string, object][] = [
      ['[FIRING:1] A (critical payments)', { status: 'firing', alertname: 'A' }],
      ['[FIRING:12] A', { status: 'firing', alertname: 'A' }],
      ['[RESOLVED] A ', { status: 'resolved', alertname: 'A' }],
      ['[FIRING:1]  (A critical)', { status: 'firing', alertname: 'A' }],
      ['[FIRING:2, RESOLVED:1] A (b)', { status: 'firing', alertname: 'A' }],
      ['[FIRING:2] ', { status: 'firing' }],
      ['Disk full [FIRING:1]', {}],
    ];
    for (const [title, subject] of cases) expect(parseSubject(title), title).to.deep.equal(subject);
  });

  it('alert lists: continued values, empty values, no annotations', () => {
    const text =
      'Labels:\n - a = 1\n - b = \nAnnotations:\n - s = x\n\n  y = z\nSource: http://a\nLabels:\n - a = 2\nAnnotations:\nSource: \n';
    expect(parseAlertList(text)).to.deep.equal([
      { labels: { a: '1', b: '' }, annotations: { s: 'x\n\n  y = z' }, after: ['http://a'] },
      { labels: { a: '2' }, annotations: {}, after: [''] },
    ]);
    expect(parseAlertList('nothing of the kind')).to.deep.equal([]);
  });

  it('times as RFC 3339 and as Go prints them; not Go’s zero time', () => {
    const ms = Date.parse('2026-11-21T07:44:19.123Z');
    expect(parseTime('2026-11-21T07:44:19.123456789Z')).to.equal(ms);
    expect(parseTime('2026-11-21 07:44:19.123 +0000 UTC')).to.equal(ms);
    expect(parseTime('2026-11-21 08:44:19.123456 +0100 CET m=+0.1')).to.equal(ms);
    expect(parseTime('0001-01-01T00:00:00Z')).to.equal(undefined);
    expect(parseTime('yesterday')).to.equal(undefined);
  });

  it('links and mark-up', () => {
    expect(linksIn('see <https://a.test/x?a=1&amp;b=2|the graph>, (http://b.test/y) <burns>')).to.deep.equal([
      'https://a.test/x?a=1&b=2',
      'http://b.test/y',
    ]);
    expect(distinctLinks(['a', 'b', 'a'])).to.deep.equal(['a', 'b']);
    expect(slackLinkAddress('<http://a.test/x|Runbook>')).to.equal('http://a.test/x');
    expect(slackLinkAddress('a &lt; b &amp;amp; c')).to.equal('a < b &amp; c');
  });

  it('named values: labels and annotations; empty ones and names that no label can have are left out', () => {
    const named = Object.entries({
      job: 'api',
      runbook: 'http://a',
      'Fired at': 'noon',
      team: ' ',
      status: 'resolved',
    });
    expect(classifyValues(named.map(([name, value]) => ({ name, value })))).to.deep.equal({
      labels: { job: 'api' },
      annotations: { runbook: 'http://a' },
      status: 'resolved',
    });
  });
});
