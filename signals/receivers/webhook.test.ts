import { expect } from 'chai';
import { fixture } from '../../core/receivers/testing/fixture.ts';
import { openReceiver, type Receiver } from './receivers.ts';
import { post } from './testing/requests.ts';

describe('webhook receiver', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await openReceiver('webhook');
  });
  afterEach(() => receiver.close());

  const valid = fixture('webhook-firing');
  const [alert] = valid.alerts as Record<string, unknown>[];
  const withAlert = (changes: object) => ({ ...valid, alerts: [{ ...alert, ...changes }] });

  it('takes what Alertmanager sends, on any path, with members yet unknown', async () => {
    for (const name of ['webhook-firing', 'webhook-mixed', 'webhook-resolved']) {
      expect(await post(`${receiver.url}/any/path`, { ...fixture(name), later: 1 })).to.include({
        status: 200,
      });
    }
  });

  const refused: [string, unknown][] = [
    ['version', { ...valid, version: '3' }],
    ['groupKey', { ...valid, groupKey: '' }],
    ['truncatedAlerts', { ...valid, truncatedAlerts: -1 }],
    ['status', { ...valid, status: 'pending' }],
    ['receiver', { ...valid, receiver: undefined }],
    ['groupLabels', { ...valid, groupLabels: [] }],
    ['commonLabels', { ...valid, commonLabels: { a: 1 } }],
    ['commonAnnotations', { ...valid, commonAnnotations: undefined }],
    ['externalURL', { ...valid, externalURL: 7 }],
    ['alerts', { ...valid, alerts: [] }],
    ['alerts.0.status', withAlert({ status: 'ok' })],
    ['alerts.0.labels', withAlert({ labels: null })],
    ['alerts.0.annotations.summary', withAlert({ annotations: { summary: 1 } })],
    ['alerts.0.startsAt', withAlert({ startsAt: 'yesterday' })],
    ['alerts.0.endsAt', withAlert({ endsAt: undefined })],
    ['alerts.0.generatorURL', withAlert({ generatorURL: undefined })],
    ['alerts.0.fingerprint', withAlert({ fingerprint: 'xyz' })],
  ];
  for (const [where, body] of refused) {
    it(`refuses a wrong ${where} and names it`, async () => {
      const { status, body: answer } = await post(receiver.url, body);
      expect(status).to.equal(400);
      expect(JSON.parse(answer).errors[0]).to.match(new RegExp(`^${where}[.:]`));
      expect(receiver.deliveries()[0]).to.include({ accepted: false });
    });
  }

  describe('from Grafana', () => {
    const sent = fixture('grafana-webhook-mixed');
    const [first] = sent.alerts as Record<string, unknown>[];
    const withFirst = (changes: object) => ({ ...sent, alerts: [{ ...first, ...changes }] });

    it('takes what Grafana sends, by POST or PUT', async () => {
      expect(await post(`${receiver.url}/any/path`, sent)).to.include({ status: 200 });
      const put = await fetch(receiver.url, { method: 'PUT', body: JSON.stringify(sent) });
      expect(put.status).to.equal(200);
      expect(await post(receiver.url, withFirst({ values: { B: 22 }, later: 1 }))).to.include({
        status: 200,
      });
    });

    const wrong: [string, unknown][] = [
      ['orgId', { ...sent, orgId: '1' }],
      ['title', { ...sent, title: undefined }],
      ['state', { ...sent, state: 'firing' }],
      ['message', { ...sent, message: 1 }],
      ['alerts', { ...sent, alerts: [] }],
      ['groupKey', { ...sent, groupKey: '' }],
      ['alerts.0.values.B', withFirst({ values: { B: '22' } })],
      ['alerts.0.silenceURL', withFirst({ silenceURL: undefined })],
      ['alerts.0.dashboardURL', withFirst({ dashboardURL: null })],
      ['alerts.0.panelURL', withFirst({ panelURL: 2 })],
      ['alerts.0.fingerprint', withFirst({ fingerprint: 'xyz' })],
    ];
    for (const [where, body] of wrong) {
      it(`refuses a wrong ${where} and names it`, async () => {
        const { status, body: answer } = await post(receiver.url, body);
        expect(status).to.equal(400);
        expect(JSON.parse(answer).errors[0]).to.match(new RegExp(`^${where}[.:]`));
      });
    }

    it('gives exact pages', async () => {
      await post(receiver.url, sent);
      const pages = receiver.deliveries()[0]?.pages ?? [];
      expect(pages.map(({ status, alert: name }) => [status, name])).to.deep.equal([
        ['resolved', 'Bug Report'],
        ['firing', 'Service Down Report'],
      ]);
      expect(pages[1]).to.deep.include({
        labels: {
          alertname: 'Service Down Report',
          grafana_folder: 'drills',
          instance: 'down-1',
          service: 'orders',
          severity: 'critical',
        },
        startsAt: Date.parse('2026-11-21T09:22:00Z'),
        precision: 'exact',
        dedupKey: 'ba1309f9315778a7',
      });
      expect(pages[1]?.links.map((url) => url.replace(/\?.*/, ''))).to.deep.equal([
        'https://runbooks.internal/payments/bug-report',
        'http://localhost:3000/alerting/silence/new',
        'http://localhost:3000/alerting/grafana/down/view',
        'http://localhost:3000/',
      ]);
    });
  });

  it('names every fault at once', async () => {
    const { body } = await post(receiver.url, { ...withAlert({ status: 'ok' }), version: '3' });
    expect(JSON.parse(body).errors).to.have.lengthOf(2);
  });

  it('refuses what is not JSON, and other methods', async () => {
    expect(await post(receiver.url, 'status=firing')).to.include({ status: 400 });
    expect(await fetch(receiver.url)).to.include({ status: 405 });
  });

  it('gives exact pages', async () => {
    await post(receiver.url, fixture('webhook-mixed'));
    const pages = receiver.deliveries()[0]?.pages ?? [];
    expect(pages.map(({ status, labels, startsAt }) => [status, labels.instance, startsAt])).to.deep.equal([
      ['resolved', 'a:1', Date.parse('2026-11-21T07:44:19.123Z')],
      ['firing', 'b:2', Date.parse('2026-11-21T07:44:19.123Z')],
    ]);
    expect(pages[0]).to.deep.include({
      alert: 'CheckoutErrorRateHigh',
      precision: 'exact',
      dedupKey: '2138b5095726dd2e',
    });
    expect(pages[0]?.links[0]).to.equal('http://127.0.0.1:8099/runbooks/payments/checkout-errors');
  });
});
