import { expect } from 'chai';
import { fixture } from '../testing/fixture.ts';
import { slackPages } from './pages.ts';

const brief = (name: string) =>
  slackPages(fixture(name)).map(({ status, labels, precision }) => ({
    status,
    instance: labels.instance,
    alertname: labels.alertname,
    precision,
  }));

const alertname = 'CheckoutErrorRateHigh';
const runbook = 'http://127.0.0.1:8099/runbooks/payments/checkout-errors';

describe('pages of a Slack message', () => {
  it('from Alertmanager’s default template: status and name from the title', () => {
    const weak = { instance: undefined, alertname, precision: 'title' };
    expect(brief('slack-default-firing')).to.deep.equal([{ status: 'firing', ...weak }]);
    expect(brief('slack-default-two')).to.deep.equal([{ status: 'firing', ...weak }]);
    expect(brief('slack-default-resolved')).to.deep.equal([{ status: 'resolved', ...weak }]);
  });

  it('from fields: labels, annotations, time, links', () => {
    const [page, ...others] = slackPages(fixture('slack-fields-firing'));
    expect(others).to.deep.equal([]);
    expect(page).to.deep.include({
      status: 'firing',
      alert: alertname,
      labels: { alertname, severity: 'critical', team: 'payments', instance: 'a:1' },
      annotations: { runbook_url: runbook },
      startsAt: Date.parse('2026-11-21T07:44:19.123Z'),
      precision: 'rendered',
      title: '[FIRING:1] CheckoutErrorRateHigh (a:1 storefront critical payments)',
      text: 'Checkout fails & <burns>\n',
    });
    expect(page?.links).to.deep.equal([runbook, 'http://alertmanager.test:9093/#/alerts?receiver=all']);
  });

  it('from fields with a line per alert: a page per alert, each with its own status', () => {
    const each = { alertname, precision: 'rendered' };
    expect(brief('slack-fields-two')).to.deep.equal([
      { status: 'firing', instance: 'a:1', ...each },
      { status: 'firing', instance: 'b:2', ...each },
    ]);
    expect(brief('slack-fields-mixed')).to.deep.equal([
      { status: 'resolved', instance: 'a:1', ...each },
      { status: 'firing', instance: 'b:2', ...each },
    ]);
    expect(brief('slack-fields-resolved')).to.deep.equal([{ status: 'resolved', instance: 'b:2', ...each }]);
  });

  it('from fields that are repeated: a page per alert, with what stands before them in common', () => {
    const field = (title: string, value: string) => ({ title, value });
    const fields = [
      field('team', 'payments'),
      ...['A', 'B'].flatMap((a) => [field('alertname', a), field('job', `${a}1`)]),
    ];
    const pages = slackPages({ attachments: [{ title: '[FIRING:2]', fields }] });
    expect(pages.map(({ labels }) => labels)).to.deep.equal([
      { team: 'payments', alertname: 'A', job: 'A1' },
      { team: 'payments', alertname: 'B', job: 'B1' },
    ]);
  });

  it('from one set of fields for a group: one page', () => {
    const fields = [{ title: 'alertname', value: 'A' }];
    expect(slackPages({ attachments: [{ title: '[FIRING:3] A', fields }] })).to.have.lengthOf(1);
  });

  it('from a text list: a page per alert with all labels and annotations', () => {
    const each = { alertname, precision: 'rendered' };
    expect(brief('slack-list-two')).to.have.lengthOf(2);
    expect(brief('slack-list-mixed')).to.deep.equal([
      { status: 'firing', instance: 'b:2', ...each },
      { status: 'resolved', instance: 'a:1', ...each },
    ]);
    const [page] = slackPages(fixture('slack-list-mixed'));
    expect(page?.labels).to.have.all.keys('alertname', 'instance', 'job', 'severity', 'team');
    expect(page?.annotations).to.deep.equal({
      description: 'Line one\nline two',
      runbook_url: runbook,
      summary: 'Checkout fails & <burns>',
    });
  });

  it('from Grafana’s default message: a page per alert with its own status and links', () => {
    const [firing, resolved, ...others] = slackPages(fixture('grafana-slack-mixed'));
    expect(others).to.deep.equal([]);
    const common = { grafana_folder: 'drills', service: 'orders', severity: 'critical' };
    expect(firing).to.deep.include({
      status: 'firing',
      labels: { alertname: 'Service Down Report', instance: 'down-1', ...common },
      precision: 'rendered',
      title: '[FIRING:1, RESOLVED:1] drills (orders critical)',
    });
    expect(resolved).to.deep.include({
      status: 'resolved',
      labels: { alertname: 'Bug Report', instance: 'bug-1', ...common },
      annotations: {
        description: 'Line one\nline two',
        grafana_state_reason: 'Updated',
        runbook_url: 'https://runbooks.internal/payments/bug-report',
        summary: 'Search fails &amp; nobody notices',
      },
    });
    expect(firing?.links.map((url) => url.replace(/\?.*/, ''))).to.deep.equal([
      'https://runbooks.internal/payments/bug-report',
      'http://localhost:3000/alerting/grafana/down/view',
      'http://localhost:3000/alerting/silence/new',
      'http://localhost:3000/alerting/list',
    ]);
  });

  it("from blocks of firedrill's templates: one page per alert", () => {
    const text =
      '*Firing: Bug Report*\ninstance: a:1\n<http://a.test/r|Runbook>\n\nResolved: Bug Report\ninstance: b:2\nquery: <http://b.test/q|here>';
    const pages = slackPages({ attachments: [{ title: '[FIRING:1, RESOLVED:1] drills', text }] });
    expect(pages.map(({ status, labels, links }) => [status, labels, links])).to.deep.equal([
      ['firing', { alertname: 'Bug Report', instance: 'a:1' }, ['http://a.test/r']],
      ['resolved', { alertname: 'Bug Report', instance: 'b:2' }, ['http://b.test/q']],
    ]);
  });

  it('from several attachments: each on its own', () => {
    const attachments = [{ title: '[FIRING:1] A' }, { title: '[RESOLVED] B' }];
    expect(slackPages({ attachments }).map(({ status, alert }) => [status, alert])).to.deep.equal([
      ['firing', 'A'],
      ['resolved', 'B'],
    ]);
  });

  it('without a subject: the colour decides, else it counts as firing', () => {
    expect(slackPages({ attachments: [{ title: 'back', color: 'good' }] })[0]?.status).to.equal('resolved');
    const [page] = slackPages({ text: 'disk is full\nsee <http://a.test/x|here> or http://b.test/y.' });
    expect(page).to.deep.include({ status: 'firing', title: 'disk is full', labels: {}, precision: 'title' });
    expect(page?.links).to.deep.equal(['http://a.test/x', 'http://b.test/y']);
  });
});
