import { expect } from 'chai';
import { textPages } from '../reading/text-pages.ts';
import { fixture } from '../testing/fixture.ts';
import { compose } from './message.ts';

const pagesOf = (text: string, parseMode = '') => {
  const composed = compose(text, parseMode);
  if ('refusal' in composed) throw new Error(composed.refusal);
  return textPages(composed.message);
};

const runbook = 'https://runbooks.internal/payments/bug-report';

describe('pages of a Telegram message', () => {
  it("from blocks of firedrill's templates: one page each, with its own labels, annotations, times and links", () => {
    const block = (status: string, instance: string) => `${status}: <b>Bug Report</b>
service: orders
instance: ${instance}
severity: critical
summary: ERROR in orders: value too long for type character varying(5)
startsAt: 2026-11-21T07:44:19.123Z
<a href="${runbook}">Runbook</a> · <a href="http://127.0.0.1:3000/explore?x=${instance}">Trace</a>`;
    const pages = pagesOf(`${block('🔥 Firing', 'orders-1')}\n\n${block('✅ Resolved', 'orders-2')}`, 'HTML');
    expect(pages.map(({ status, labels }) => [status, labels.instance])).to.deep.equal([
      ['firing', 'orders-1'],
      ['resolved', 'orders-2'],
    ]);
    const text = `🔥 Firing: Bug Report
service: orders
instance: orders-1
severity: critical
summary: ERROR in orders: value too long for type character varying(5)
startsAt: 2026-11-21T07:44:19.123Z
Runbook · Trace`;
    expect(pages[0]).to.deep.equal({
      status: 'firing',
      alert: 'Bug Report',
      labels: { alertname: 'Bug Report', service: 'orders', instance: 'orders-1', severity: 'critical' },
      annotations: { summary: 'ERROR in orders: value too long for type character varying(5)' },
      startsAt: Date.parse('2026-11-21T07:44:19.123Z'),
      precision: 'rendered',
      title: '🔥 Firing: Bug Report',
      text,
      links: [runbook, 'http://127.0.0.1:3000/explore?x=orders-1'],
    });
  });

  it('from blocks: a value that is an address is a link, unless it is an annotation', () => {
    const [page] = pagesOf(
      `Firing: A\nrunbook_url: <a href="${runbook}">read me</a>\nquery: http://localhost:9090/graph?x=1\ntrace: http://127.0.0.1/t`,
      'HTML',
    );
    expect(page).to.deep.include({ labels: { alertname: 'A' }, annotations: { runbook_url: runbook } });
    expect(page?.links).to.deep.equal(['http://localhost:9090/graph?x=1', 'http://127.0.0.1/t', runbook]);
  });

  it('from blocks: the status may stand alone, and the name be a label', () => {
    const [page] = pagesOf('🟢 RESOLVED\nalertname: A\n- team: payments');
    expect(page).to.deep.include({
      status: 'resolved',
      alert: 'A',
      labels: { alertname: 'A', team: 'payments' },
    });
  });

  it('from Grafana’s default message: one per alert, labels exactly', () => {
    const text = `**Firing**

Value: B=22, C=1
Labels:
 - alertname = Bug Report
 - grafana_folder = drills
 - instance = orders-1
Annotations:
 - description = Line one
line two
 - runbook_url = ${runbook}
Source: http://localhost:3000/alerting/grafana/abc/view?orgId=1
Silence: http://localhost:3000/alerting/silence/new?alertmanager=grafana&amp;matcher=alertname%3DBug+Report
Dashboard: http://localhost:3000/d/x?orgId=1
Panel: http://localhost:3000/d/x?orgId=1&amp;viewPanel=2

Value: [no value]
Labels:
 - alertname = Bug Report
 - instance = orders-2
Annotations:
 - summary = Text


**Resolved**

Value: B=0
Labels:
 - alertname = Bug Report
 - instance = orders-3
Annotations:
`;
    const pages = pagesOf(text, 'HTML');
    expect(pages.map(({ status, labels }) => [status, labels.instance])).to.deep.equal([
      ['firing', 'orders-1'],
      ['firing', 'orders-2'],
      ['resolved', 'orders-3'],
    ]);
    expect(pages[0]).to.deep.include({
      alert: 'Bug Report',
      labels: { alertname: 'Bug Report', grafana_folder: 'drills', instance: 'orders-1' },
      annotations: { description: 'Line one\nline two', runbook_url: runbook },
      precision: 'rendered',
      title: '**Firing**',
    });
    expect(pages[0]?.links).to.deep.equal([
      runbook,
      'http://localhost:3000/alerting/grafana/abc/view?orgId=1',
      'http://localhost:3000/alerting/silence/new?alertmanager=grafana&matcher=alertname%3DBug+Report',
      'http://localhost:3000/d/x?orgId=1',
      'http://localhost:3000/d/x?orgId=1&viewPanel=2',
    ]);
    expect(pages[1]).to.deep.include({ annotations: { summary: 'Text' }, links: [] });
    expect(pages[2]).to.deep.include({ annotations: {} });
  });

  it('from a message that Grafana sent', () => {
    const { text, parse_mode: mode } = fixture('grafana-telegram-mixed');
    const pages = pagesOf(String(text), String(mode));
    expect(pages.map(({ status, labels }) => [status, labels.alertname, labels.instance])).to.deep.equal([
      ['firing', 'Service Down Report', 'down-1'],
      ['resolved', 'Bug Report', 'bug-1'],
    ]);
    expect(pages[1]?.annotations).to.deep.equal({
      description: 'Line one\nline two',
      grafana_state_reason: 'Updated',
      runbook_url: 'https://runbooks.internal/payments/bug-report',
      summary: 'Search fails & nobody notices',
    });
  });

  it('from a subject alone: weak', () => {
    const [page] = pagesOf('[FIRING:2, RESOLVED:1] A (orders)\nsee https://a.test/x');
    expect(page).to.deep.include({
      status: 'firing',
      labels: { alertname: 'A' },
      precision: 'title',
      links: ['https://a.test/x'],
    });
  });

  it('from any other words: one that counts as firing', () => {
    for (const text of ['disk is full\nFiringSquad: x', 'Resolved by hand', 'Firing squad: x']) {
      expect(pagesOf(text)[0], text).to.deep.include({ status: 'firing', labels: {} });
    }
    expect(pagesOf('disk is full')[0]).to.deep.include({
      status: 'firing',
      labels: {},
      precision: 'title',
      title: 'disk is full',
    });
  });
});
