import { expect } from 'chai';
import { parseAlertList } from './alert-list.ts';
import { distinct, linksIn, visible } from './links.ts';
import { parseTime, sortNamed } from './named-values.ts';
import { parseSubject } from './subject.ts';

describe('reading messages', () => {
  it('subjects', () => {
    const cases: [string, object][] = [
      ['[FIRING:1] A (critical payments)', { status: 'firing', alertname: 'A', alertCount: 1 }],
      ['[FIRING:12] A', { status: 'firing', alertname: 'A', alertCount: 12 }],
      ['[RESOLVED] A ', { status: 'resolved', alertname: 'A', alertCount: 1 }],
      ['[FIRING:1]  (A critical)', { status: 'firing', alertname: 'A', alertCount: 1 }],
      ['[FIRING:2, RESOLVED:1] A (b)', { status: 'firing', alertname: 'A', alertCount: 2 }],
      ['[FIRING:2] ', { status: 'firing', alertCount: 2 }],
      ['Disk full [FIRING:1]', { alertCount: 1 }],
    ];
    for (const [title, subject] of cases) expect(parseSubject(title), title).to.deep.equal(subject);
  });

  it('alert lists: continued values, empty values, no annotations', () => {
    const text =
      'Labels:\n - a = 1\n - b = \nAnnotations:\n - s = x\n\n  y = z\nSource: http://a\nLabels:\n - a = 2\nAnnotations:\nSource: \n';
    expect(parseAlertList(text)).to.deep.equal([
      { labels: { a: '1', b: '' }, annotations: { s: 'x\n\n  y = z' }, source: 'http://a' },
      { labels: { a: '2' }, annotations: {}, source: '' },
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
      { url: 'https://a.test/x?a=1&b=2', text: 'the graph' },
      { url: 'http://b.test/y' },
    ]);
    expect(distinct([{ url: 'a' }, { url: 'b' }, { url: 'a', text: 'A' }])).to.deep.equal([
      { url: 'a', text: 'A' },
      { url: 'b' },
    ]);
    expect(visible('<http://a.test/x|Runbook>')).to.equal('http://a.test/x');
    expect(visible('a &lt; b &amp;amp; c')).to.equal('a < b &amp; c');
  });

  it('named values: labels, annotations, the rest; empty ones left out', () => {
    const named = Object.entries({
      job: 'api',
      runbook: 'http://a',
      'Fired at': 'noon',
      team: ' ',
      status: 'resolved',
    });
    expect(sortNamed(named.map(([name, value]) => ({ name, value })))).to.deep.equal({
      labels: { job: 'api' },
      annotations: { runbook: 'http://a' },
      fields: { 'Fired at': 'noon' },
      status: 'resolved',
    });
  });
});
