import { expect } from 'chai';
import { met, notYet, until } from '../../core/poll.ts';
import { Scope } from '../../core/scope.ts';
import { builtTools } from '../../stacks/toolchain/testing/built-tools.ts';
import { alertmanagerReader } from '../readers/alertmanager.ts';
import { openReceiver, type Receiver } from '../receivers/receivers.ts';
import { startAlertmanager } from '../receivers/testing/alertmanager.ts';
import { post } from '../receivers/testing/requests.ts';
import { type SilenceWriter, silenceWriter } from './silences.ts';

const signal = new AbortController().signal;

describe('silences in a real Alertmanager', function () {
  this.timeout(900_000);
  const scope = new Scope();
  let receiver: Receiver;
  let url = '';
  let silences: SilenceWriter;

  before(async () => {
    const tools = await builtTools(['alertmanager'], signal);
    receiver = await openReceiver('webhook');
    scope.defer('receiver', () => receiver.close());
    url = await startAlertmanager(
      tools.path('alertmanager'),
      {
        route: {
          receiver: 'a',
          group_by: ['alertname'],
          group_wait: '100ms',
          group_interval: '500ms',
          repeat_interval: '1h',
        },
        receivers: [{ name: 'a', webhook_configs: [{ url: `${receiver.url}/hook` }] }],
      },
      scope,
    );
    silences = silenceWriter(url, signal);
  });
  after(async () => {
    expect(await scope.close()).to.deep.equal([]);
  });

  const fire = (alertname: string) =>
    post(`${url}/api/v2/alerts`, [{ labels: { alertname }, startsAt: new Date().toISOString() }]);
  const arrivalOf = (alertname: string) =>
    until(
      `the page of ${alertname}`,
      () => {
        const page = receiver
          .deliveries()
          .find(({ pages }) => pages.some(({ alert }) => alert === alertname));
        return page ? met(page.at) : notYet('no page');
      },
      { where: 'webhook', withinMs: 30_000, everyMs: 50, signal },
    );
  const silence = (value: string, endsAt: number) =>
    silences.create({
      matchers: [{ name: 'alertname', value, isRegex: true, isEqual: true }],
      ...{ endsAt, createdBy: 'ann', comment: 'new client' },
    });

  it('hold the page of an alert that they match until they end, and no other', async () => {
    const endsAt = Date.now() + 4_000;
    const id = await silence('Quie.', endsAt);
    expect(await alertmanagerReader(url, signal).silences()).to.deep.include({
      ...{ id, state: 'active', createdBy: 'ann', comment: 'new client', matchers: ['alertname=~"Quie."'] },
      ...{ endsAt, startsAt: (await alertmanagerReader(url, signal).silences())[0]?.startsAt },
    });
    await fire('Quiet');
    await fire('Loud');
    await arrivalOf('Loud');
    expect(await arrivalOf('Quiet')).to.be.at.least(endsAt);
  });

  it('end when they are ended, which must be possible', async () => {
    const id = await silence('Ended', Date.now() + 600_000);
    await silences.expire(id);
    await fire('Ended');
    await arrivalOf('Ended');
    const error = await silences.expire('00000000-0000-0000-0000-000000000000').catch((e: unknown) => e);
    expect(String(error)).to.include('404');
  });
});
