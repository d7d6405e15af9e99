import { expect } from 'chai';
import { destinationOf } from '../../core/receivers/destination.ts';
import type { ReceiverName } from '../../core/receivers/receivers.ts';
import { fixture } from '../../core/receivers/testing/fixture.ts';
import { openReceiver } from './receivers.ts';
import { post } from './testing/requests.ts';

/** What a receiver says of where each of these requests was sent, in their order. */
async function destinations(
  kind: ReceiverName,
  ...requests: readonly (readonly [path: string, body: unknown])[]
) {
  await using receiver = await openReceiver(kind);
  for (const [path, body] of requests) await post(receiver.url + path, body);
  return receiver.deliveries().map(({ destination }) => destination);
}

describe('the destination of a delivery', () => {
  const slack = '/services/T00000001/B00000002/aB3dE5gH7jK9mN1pQ3sT5vW7';

  it('is the hook of Slack, with its channel', async () => {
    const body = { text: 'a', channel: '#payments' };
    const found = await destinations('slack', [slack, body], [`${slack.slice(0, -1)}8`, { text: 'a' }]);
    expect(found).to.deep.equal([
      destinationOf({ address: [slack], detail: '#payments' }),
      destinationOf({ address: [`${slack.slice(0, -1)}8`] }),
    ]);
    expect(found[0]?.digest).to.match(/^[0-9a-f]{64}$/);
  });

  it('is the integration of PagerDuty', async () => {
    const event = fixture('pagerduty-firing');
    const keys = ['a'.repeat(32), 'b'.repeat(32)];
    const sent = keys.map((key) => ['/v2/enqueue', { ...event, routing_key: key }] as const);
    expect(await destinations('pagerduty', ...sent, ['/v2/enqueue', {}])).to.deep.equal([
      ...keys.map((key) => destinationOf({ address: [key] })),
      undefined,
    ]);
  });

  it("is the address of a webhook, with the contact point's name", async () => {
    const notification = { ...fixture('webhook-firing'), receiver: 'audit' };
    expect(await destinations('webhook', ['/alerts?team=a', notification])).to.deep.equal([
      destinationOf({ address: ['/alerts?team=a'], detail: 'audit' }),
    ]);
  });

  it('is the chat of a bot', async () => {
    const message = { chat_id: -100, text: 'a' };
    const found = await destinations('telegram', ['/bot1:a/sendMessage', message], ['/elsewhere', message]);
    expect(found).to.deep.equal([destinationOf({ address: ['1:a', '-100'] }), undefined]);
  });
});
