import { expect } from 'chai';
import { type IncomingRequest, takesMessage } from './protocol.ts';
import { type ReceiverName, receiverKinds } from './receivers.ts';

const hook = '/services/T00000001/B00000002/aB3dE5gH7jK9mN1pQ3sT5vW7';
const key = '0123456789abcdef0123456789abcdef';
const connector = '/webhookb2/1@2/IncomingWebhook/0f3e5a7c/3';
const workflow = '/workflows/0a1b/triggers/manual/paths/invoke?api-version=1&sig=abc';
const discord = '/api/webhooks/123456789012345678/ymZkq3oPQx7uGvL2';

const request = (path: string, body: object, more: Partial<IncomingRequest> = {}): IncomingRequest => ({
  ...{ method: 'POST', path, contentType: 'application/json', body: JSON.stringify(body), tooLarge: false },
  ...more,
});
const slack = (channel?: string, path = hook) => request(path, { text: 'a', channel });
const api = (channel: string, token = 'xoxb-own') =>
  request('/api/chat.postMessage', { text: 'a', channel }, { authorization: `Bearer ${token}` });
const event = (routing_key: string) =>
  request('/v2/enqueue', {
    ...{ routing_key, event_action: 'trigger' },
    payload: { summary: 'a', source: 'b', severity: 'error' },
  });
const eventV1 = (service_key: string) =>
  request('/generic/2010-04-15/create_event.json', {
    ...{ service_key, event_type: 'trigger', description: 'a' },
  });
const alert = (apiKey: string) =>
  request('/v2/alerts', { message: 'a', alias: 'b' }, { authorization: `GenieKey ${apiKey}` });
const card = (path: string) =>
  request(path, {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: { type: 'AdaptiveCard', body: [{ type: 'TextBlock', text: 'a' }] },
      },
    ],
  });

interface Known {
  readonly kind: ReceiverName;
  /** As `receivers/<kind>.yml` says it. */
  readonly file: object;
  readonly taken: readonly IncomingRequest[];
  /** What is refused, and how. */
  readonly refused: readonly (readonly [IncomingRequest, status: number, body: string])[];
}

const kinds: readonly Known[] = [
  {
    kind: 'slack',
    file: {
      webhooks: [`https://hooks.slack.com${hook}`],
      tokens: ['xoxb-own'],
      channels: ['#a', 'C0123', 'b'],
    },
    taken: [slack(), slack('#a'), slack('a'), slack('C0123'), slack('#b'), api('#a')],
    refused: [
      [slack('#c'), 404, 'channel_not_found'],
      [slack('#a', hook.replace('T00000001', 'T00000009')), 404, 'no_team'],
      [slack('#a', hook.replace('B00000002', 'B00000009')), 404, 'no_service'],
      [slack('#a', hook.replace('aB3dE', 'xB3dE')), 403, 'invalid_token'],
      [api('#c'), 200, '{"ok":false,"error":"channel_not_found"}'],
      [api('#a', 'xoxb-another'), 200, '{"ok":false,"error":"invalid_auth"}'],
    ],
  },
  {
    kind: 'pagerduty',
    file: { routing_keys: ['a'.repeat(32), key] },
    taken: [event(key), eventV1(key), event('a'.repeat(32))],
    refused: [
      [event('b'.repeat(32)), 400, 'Invalid routing key'],
      [eventV1('b'.repeat(32)), 400, 'Service key is invalid'],
    ],
  },
  {
    kind: 'opsgenie',
    file: { api_keys: ['k1', 'k2'] },
    taken: [alert('k1'), alert('k2')],
    refused: [[alert('k3'), 401, 'Could not authenticate']],
  },
  {
    kind: 'discord',
    file: { webhooks: [`https://discord.com${discord}`] },
    taken: [
      request(discord, { content: 'a' }),
      request(`${discord.replace('/api/', '/api/v10/')}?wait=true`, { content: 'a' }),
    ],
    refused: [
      [request(discord.replace('1234', '4321'), { content: 'a' }), 404, '"code":10015'],
      [request(`${discord}x`, { content: 'a' }), 401, '"code":50027'],
    ],
  },
  {
    kind: 'msteams',
    file: { webhooks: [`https://corp.webhook.office.com${connector}`] },
    taken: [card(connector)],
    refused: [[card(`${connector}4`), 410, '']],
  },
  {
    kind: 'msteamsv2',
    file: { webhooks: [`https://prod-1.logic.azure.com:443${workflow}`] },
    taken: [card(workflow)],
    refused: [
      [card(workflow.replace('sig=abc', 'sig=abd')), 401, 'DirectApiAuthorizationRequired'],
      [card(workflow.replace('0a1b', '0a1c')), 404, 'WorkflowNotFound'],
    ],
  },
];

describe('what a receiver knows', () => {
  const opened = ({ kind, file }: Pick<Known, 'kind' | 'file'>) =>
    receiverKinds[kind].open(receiverKinds[kind].credentials?.parse(file));

  for (const one of kinds) {
    const { kind, taken, refused } = one;

    it(`${kind}: is accepted, and anything else refused as the vendor would, with what it means`, () => {
      for (const sent of taken) expect(takesMessage(opened(one).answer(sent)), sent.body).to.equal(true);
      for (const [sent, status, body] of refused) {
        const answer = opened(one).answer(sent);
        expect(answer.status, sent.path).to.equal(status);
        expect(answer.body).to.include(body);
        expect(takesMessage(answer)).to.equal(false);
        expect(receiverKinds[kind].refusalMeans?.(answer, false)).to.be.a('string');
      }
    });

    it(`${kind}: without a list, all are`, () => {
      for (const file of [{}, undefined])
        for (const sent of [...taken, ...refused.map(([sentTo]) => sentTo)]) {
          const protocol = file ? opened({ kind, file }) : receiverKinds[kind].open();
          expect(takesMessage(protocol.answer(sent)), sent.path).to.equal(true);
        }
    });

    it(`${kind}: is refused in another form`, () => {
      const { credentials } = receiverKinds[kind];
      for (const [name, list] of Object.entries(one.file)) {
        for (const wrong of [[], [''], ['a b'], [7], String(list)])
          expect(
            credentials?.safeParse({ ...one.file, [name]: wrong }).success,
            `${name}: ${wrong}`,
          ).to.equal(false);
        expect(credentials?.safeParse({ [`${name}s`]: list }).success).to.equal(false);
      }
    });
  }
});
