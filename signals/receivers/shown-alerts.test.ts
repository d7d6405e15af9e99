import { expect } from 'chai';
import { fixture } from '../../core/receivers/testing/fixture.ts';
import { visibleText } from '../../core/receivers/visible-text.ts';
import { shownAlerts } from './shown-alerts.ts';

const alert = (
  alertname: string,
  labels: Record<string, string> = {},
  annotations: Record<string, string> = {},
  status: 'firing' | 'resolved' = 'firing',
) => ({ status, labels: { alertname, severity: 'critical', ...labels }, annotations });

const a = alert('CheckoutErrorRateHigh', { job: 'storefront' }, { summary: 'Too many checkouts fail' });
const b = alert('DatabaseCorrupt', { job: 'storefront' }, { summary: 'Pages do not match their sums' });

describe('the alerts that a message shows', () => {
  const rows: [what: string, alerts: (typeof a)[], text: string, shown: boolean[]][] = [
    ['one, by its name among values', [a], '[FIRING:1] payments (CheckoutErrorRateHigh critical)', [true]],
    [
      'none, where only their number is there',
      [a, b],
      '[FIRING:2] payments (storefront critical)',
      [false, false],
    ],
    ['the one that is named', [a, b], '[FIRING:2] payments\nalertname: CheckoutErrorRateHigh', [true, false]],
    ['the one whose summary is there', [a, b], 'Pages do not match their sums', [false, true]],
    [
      'none by a text that both have',
      [a, { ...b, annotations: a.annotations }],
      'Too many checkouts fail',
      [false, false],
    ],
    ['one in bold, in other case, or with spaces', [a], '*Checkout error rate high*', [true]],
    [
      'not one whose name is a part of another',
      [alert('Slow'), alert('SlowCheckout')],
      'SlowCheckout fires',
      [false, true],
    ],
    [
      'not one whose name begins another of several words',
      [alert('Bug Report'), alert('Bug Report Two')],
      'Firing: Bug Report Two',
      [false, true],
    ],
    [
      'several of one name, by the name alone',
      [alert('Down', { instance: 'a:1' }), alert('Down', { instance: 'b:2' })],
      '[FIRING:2] Down (critical)',
      [true, true],
    ],
    [
      'of several of one name only those that it tells apart',
      [alert('Down', { instance: 'a:1' }), alert('Down', { instance: 'b:2' })],
      '[FIRING:2] Down\ninstance: a:1',
      [true, false],
    ],
    ['nothing in a message without words of it', [a], 'Something is wrong', [false]],
    ['nothing in an empty message', [{ ...a, status: 'resolved' as const }], ' ', [false]],
    [
      'each, where the whole group is resolved and a label of it is there',
      [
        { ...a, status: 'resolved' as const },
        { ...b, status: 'resolved' as const },
      ],
      '[RESOLVED] storefront (critical)',
      [true, true],
    ],
    [
      'none in a resolution that says nothing of the group but its severity',
      [
        { ...a, status: 'resolved' as const },
        { ...b, status: 'resolved' as const },
      ],
      '[RESOLVED] all is well (critical)',
      [false, false],
    ],
    [
      'not a resolved one beside one that fires',
      [a, { ...b, status: 'resolved' as const }],
      'CheckoutErrorRateHigh',
      [true, false],
    ],
  ];
  for (const [what, alerts, text, shown] of rows) {
    it(what, () => {
      expect(shownAlerts(alerts, text)).to.deep.equal(shown);
    });
  }
});

describe('what a person sees', () => {
  const slack = (body: unknown) => visibleText({ receiver: 'slack', body: JSON.stringify(body) });

  it('of Slack is no address, no channel, and a fallback only where there is nothing else', () => {
    const shown = slack({
      channel: '#alerts',
      username: 'CheckoutSlow',
      attachments: [
        {
          title: 'A &amp; B',
          title_link: 'http://a.test/CheckoutSlow',
          fallback: 'CheckoutSlow',
          color: 'danger',
        },
        { fallback: 'only this' },
        { text: 'see <http://a.test/x?name=CheckoutSlow|the runbook> http://a.test/CheckoutSlow' },
      ],
    });
    expect(shown).to.contain('A & B').and.contain('only this').and.contain('the runbook');
    expect(shown).not.to.contain('CheckoutSlow');
  });

  it('of a real default message is its subject', () => {
    expect(slack(fixture('slack-default-two'))).to.match(/^\[FIRING:2\] \w+/);
  });

  it('of PagerDuty is its summary and its details', () => {
    const shown = visibleText({ receiver: 'pagerduty', body: JSON.stringify(fixture('pagerduty-firing')) });
    expect(shown).to.contain('[FIRING').and.contain('Labels:');
  });
});
