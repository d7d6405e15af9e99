import { expect } from 'chai';
import { asObject } from '../protocol.ts';
import { fixture } from '../testing/fixture.ts';
import { pagerdutyPages, pagerdutyTexts } from './pages.ts';

const labels = {
  alertname: 'CheckoutErrorRateHigh',
  instance: 'a:1',
  job: 'storefront',
  severity: 'critical',
  team: 'payments',
};
const runbook = 'http://127.0.0.1:8099/runbooks/payments/checkout-errors';

describe('pages of a PagerDuty event', () => {
  it('from Alertmanager’s default details: labels, annotations, links, dedup key', () => {
    const [page, ...others] = pagerdutyPages(fixture('pagerduty-firing'));
    expect(others).to.deep.equal([]);
    expect(page).to.deep.include({
      status: 'firing',
      alert: 'CheckoutErrorRateHigh',
      labels,
      annotations: {
        description: 'Line one\nline two',
        runbook_url: runbook,
        summary: 'Checkout fails & <burns>',
      },
      precision: 'rendered',
      title: '[FIRING:1] CheckoutErrorRateHigh (a:1 storefront critical payments)',
      dedupKey: 'b11252976d1769cfdc90035479aa5e8bbfc48095adfbeab80cb3d6f09d056078',
      severity: 'critical',
    });
    expect(page?.links).to.deep.equal([
      runbook,
      'http://127.0.0.1:9090/graph?g0.expr=up&g0.tab=1',
      'http://alertmanager.test:9093/#/alerts?receiver=all',
    ]);
  });

  it('from a group of which one alert has resolved: each with its own status, one dedup key', () => {
    const pages = pagerdutyPages(fixture('pagerduty-mixed'));
    expect(pages.map((page) => [page.status, page.labels.instance])).to.deep.equal([
      ['firing', 'b:2'],
      ['resolved', 'a:1'],
    ]);
    expect(new Set(pages.map((page) => page.dedupKey))).to.have.lengthOf(1);
  });

  it('from a resolution', () => {
    const pages = pagerdutyPages(fixture('pagerduty-resolved'));
    expect(pages.map((page) => [page.status, page.labels.instance])).to.deep.equal([['resolved', 'b:2']]);
  });

  it('from details without lists: those that look like labels', () => {
    const [page] = pagerdutyPages({
      event_action: 'trigger',
      payload: {
        summary: '[FIRING:2] A',
        custom_details: {
          alertname: 'A',
          severity: 'critical',
          'load avg': 0.75,
          startsAt: '2026-11-21T07:44:19Z',
        },
      },
    });
    expect(page).to.deep.include({
      labels: { alertname: 'A', severity: 'critical' },
      startsAt: Date.parse('2026-11-21T07:44:19Z'),
      precision: 'rendered',
    });
  });

  it('from an event of version 1 with Alertmanager’s default details', () => {
    const { payload, event_action: type, dedup_key: key } = fixture('pagerduty-mixed');
    const { custom_details: details } = asObject(payload) ?? {};
    const event = {
      ...{ event_type: type, incident_key: key, description: 'Checkout fails', details },
      ...{ event_action: '', payload: null, client_url: 'http://alertmanager.test:9093' },
    };
    const pages = pagerdutyPages(event);
    expect(pages.map((page) => [page.status, page.labels.instance, page.dedupKey])).to.deep.equal([
      ['firing', 'b:2', key],
      ['resolved', 'a:1', key],
    ]);
    expect(pages[0]).to.include({ title: 'Checkout fails' }).and.not.to.have.property('severity');
    expect(pages[0]?.links).to.include.members([runbook, 'http://alertmanager.test:9093']);
    expect(pagerdutyTexts(event).map(({ field }) => field)).to.deep.equal([
      'description',
      'details.firing',
      'details.num_firing',
      'details.num_resolved',
      'details.resolved',
      'details.team',
    ]);
  });

  it('from a summary alone: status by the action', () => {
    const [page] = pagerdutyPages({ event_action: 'resolve', dedup_key: 'k' });
    expect(page).to.deep.include({ status: 'resolved', precision: 'title', labels: {}, dedupKey: 'k' });
  });

  it('from an acknowledgement: none', () => {
    expect(pagerdutyPages({ ...fixture('pagerduty-firing'), event_action: 'acknowledge' })).to.deep.equal([]);
  });
});
