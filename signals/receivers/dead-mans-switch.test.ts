import { expect } from 'chai';
import { met, notYet, until } from '../../core/poll.ts';
import { fixture } from '../../core/receivers/testing/fixture.ts';
import {
  type DeadMansSwitch,
  openDeadMansSwitch,
  type SwitchSettings,
  switchSettings,
} from './dead-mans-switch.ts';
import { openReceiver, type Receiver } from './receivers.ts';
import { post } from './testing/requests.ts';

const settings: SwitchSettings = {
  ping: 'https://hc-ping.com/abc',
  patience: '3m',
  notify: { pagerduty: { routing_key: '0'.repeat(32) } },
};
const patienceMs = 150;

describe("the dead-man's switch", () => {
  let webhook: Receiver;
  let pagerduty: Receiver;
  let opened: DeadMansSwitch;
  const open = (changes: Partial<SwitchSettings> = {}, url = () => 'http://127.0.0.1:1') => {
    opened = openDeadMansSwitch({
      settings: { ...settings, ...changes },
      ...{ patienceMs, pinged: webhook, pagerdutyUrl: pagerduty.url, url },
    });
  };
  const ping = (body: unknown = fixture('webhook-firing'), path = '/abc') =>
    post(`${webhook.url}${path}`, body);
  const sent = (count: number) =>
    until(
      `${count} events`,
      () => {
        const { events } = opened.evidence;
        return events.length >= count ? met(events) : notYet(`${events.length} so far`);
      },
      { where: 'switch', withinMs: 5_000, everyMs: 5, signal: new AbortController().signal },
    );

  beforeEach(async () => {
    webhook = await openReceiver('webhook');
    pagerduty = await openReceiver('pagerduty');
  });
  afterEach(async () => {
    opened.close();
    await webhook.close();
    await pagerduty.close();
  });

  it('pages when it is silent for its patience, and resolves at the next ping', async () => {
    open();
    await ping();
    const [first] = await sent(1);
    const [pinged = Number.NaN] = opened.evidence.pings;
    expect(first).to.include({ action: 'trigger', to: 'PagerDuty' }).and.not.have.property('problem');
    expect(first?.at).to.be.at.least(pinged + patienceMs - 2);
    await ping();
    await sent(2);
    const pages = pagerduty.deliveries().flatMap((delivery) => delivery.pages);
    expect(pages.map(({ alert, status, incident }) => [alert, status, incident])).to.deep.equal([
      ['DeadMansSwitch', 'firing', 'opened'],
      ['DeadMansSwitch', 'resolved', 'resolved'],
    ]);
  });

  it('counts only accepted requests to its own path that say that the Watchdog fires', async () => {
    open();
    await ping(fixture('webhook-firing'), '/another');
    await ping(fixture('webhook-resolved'));
    await ping({ version: 'wrong' });
    webhook.misbehave({ mode: 'respond', status: 500 });
    await ping();
    expect(webhook.deliveries()).to.have.length(4);
    expect(opened.evidence).to.deep.equal({ patienceMs, pings: [], events: [] });
    webhook.misbehave(undefined);
    await ping();
    expect(opened.evidence.pings).to.have.length(1);
  });

  it('says why its event was not accepted', async () => {
    open({ notify: { alertmanager: 'alertmanager:9093' } });
    await ping();
    const [event] = await sent(1);
    expect(event).to.include({ action: 'trigger', to: 'alertmanager:9093' });
    expect(event?.problem).to.contain('ECONNREFUSED');
    opened.close();
    open();
    pagerduty.misbehave({ mode: 'respond', status: 500 });
    await ping();
    expect((await sent(1))[0]?.problem).to.equal('answered 500');
  });

  it('refuses settings without a way to tell anybody, and a patience of nothing', () => {
    expect(switchSettings.safeParse(settings).success).to.equal(true);
    for (const wrong of [{ notify: {} }, { patience: '0s' }, { ping: 'hc-ping.com' }, { other: 1 }])
      expect(switchSettings.safeParse({ ...settings, ...wrong }).success, JSON.stringify(wrong)).to.equal(
        false,
      );
  });
});
