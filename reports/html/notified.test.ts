import { expect } from 'chai';
import type { DrillRecord } from '../../core/record.ts';
import { notifiedRecord } from '../testing/notified-record.ts';
import { all, parseXml } from '../testing/xml.ts';
import { renderHtml } from './report.ts';

const timelineOf = (record: DrillRecord) => {
  const [svg] = /<svg[\s\S]*?<\/svg>/.exec(renderHtml(record)) ?? [];
  if (svg === undefined) throw new Error('there is no timeline');
  return parseXml(svg);
};
const texts = (record: DrillRecord) => all(timelineOf(record), 'text').map(({ text }) => text);
const marks = (record: DrillRecord) =>
  all(timelineOf(record), 'path')
    .map((path) => path.attributes.class ?? '')
    .filter((name) => name.startsWith('page-'));

describe('the timeline', () => {
  const record = notifiedRecord();

  it('has a mark for each notification, by why it was sent', () => {
    expect(marks(record)).to.deep.equal([
      ...['page-first-page', 'page-repeat', 'page-group-changed', 'page-resolved', 'page-fires-again'],
      'page-escalation',
      'page-first-page page-lost',
    ]);
    expect(marks({ ...record, pages: [], notifications: [] })).to.deep.equal([]);
  });

  it('says how many alerts a notification groups', () => {
    expect(texts(record).filter((text) => text === '×2')).to.have.length(3);
    const single = { ...record, pages: record.pages.filter(({ labels }) => labels.instance === 'a') };
    expect(texts(single)).not.to.include('×2');
  });

  it('shows the alerts that were not notified, with what kept them back and for how long', () => {
    const bars = all(timelineOf(record), 'rect').filter((rect) => rect.attributes.class === 'kept-back');
    expect(bars).to.have.length(4);
    expect(texts(record)).to.include.members([
      'ServiceSlow',
      '2 alerts inhibited by DatabaseDown {database=main}',
      'DiskFull',
      'silenced by ann until 11:30:00 UTC: “disk is replaced”',
      'muted by the time interval nights, for payments',
    ]);
    const { evidence } = record;
    const without = evidence && { ...record, evidence: { ...evidence, suppressions: [] } };
    expect(without && texts(without)).not.to.include('DiskFull');
  });

  it('does not draw what ended before the time that it shows', () => {
    const { evidence } = record;
    const [first] = evidence?.suppressions ?? [];
    if (!evidence || !first) throw new Error('the sample has no suppression');
    const early = { ...first, from: record.startedAt, to: record.startedAt, endedAt: record.startedAt + 1 };
    const svg = timelineOf({ ...record, evidence: { ...evidence, suppressions: [early] } });
    expect(all(svg, 'rect').filter((rect) => rect.attributes.class === 'kept-back')).to.deep.equal([]);
  });
});

describe('the lane of an alert', () => {
  it('has the label that tells it apart from another rule of its name', () => {
    const record = notifiedRecord();
    const [alert] = record.evidence?.alerts ?? [];
    if (!record.evidence || !alert?.rule) throw new Error('the sample has no rule');
    const twin = { ...alert, rule: { ...alert.rule, labels: { ...alert.rule.labels, severity: 'ticket' } } };
    const shown = texts({ ...record, evidence: { ...record.evidence, alerts: [alert, twin] } });
    expect(shown).to.include.members(['severity=critical', 'severity=ticket']);
    expect(texts(record)).not.to.include('severity=critical');
  });
});

describe('the table of notifications', () => {
  it('has every notification and everything that was not notified', () => {
    const text = renderHtml(notifiedRecord());
    const rows = /<h2>Notifications<\/h2>[\s\S]*?<\/section>/.exec(text)?.[0] ?? '';
    for (const part of [
      ...['first page', 'escalation', 'group changed', 'repeat', 'fires again', 'resolved'],
      ...['first page; no message arrived', 'CheckoutErrorRateHigh ×2', 'ServiceSlow ×2'],
      ...['disk is replaced', 'time interval nights', 'DatabaseDown {database=main}', 'the end'],
    ])
      expect(rows, part).to.contain(part);
  });
});
