import { expect } from 'chai';
import { openSlack, type slackErrors } from '../../core/receivers/slack/protocol.ts';
import { fixture } from '../../core/receivers/testing/fixture.ts';
import { openReceiver, type Receiver } from './receivers.ts';
import { post } from './testing/requests.ts';

const token = 'aB3dE5gH7jK9mN1pQ3sT5vW7';
const webhookPath = `/services/T00000001/B00000002/${token}`;

describe('slack receiver', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await openReceiver('slack', { credentials: { webhooks: webhookPath } });
  });
  afterEach(() => receiver.close());

  const say = (body: unknown, contentType?: string, path = webhookPath) =>
    post(receiver.url + path, body, contentType);

  describe('takes', () => {
    const taken: [string, unknown, string?][] = [
      ['what Alertmanager sends', fixture('slack-default-firing')],
      ['a plain text', { text: 'hello' }],
      [
        'a form with a payload',
        `payload=${encodeURIComponent('{"text":"a & b"}')}`,
        'application/x-www-form-urlencoded',
      ],
      [
        'JSON under a form’s content type, as curl sends it',
        '{"text":"a"}',
        'application/x-www-form-urlencoded',
      ],
      ['blocks alone', { blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'hello' } }] }],
      ['an attachment that has only a fallback', { attachments: [{ fallback: 'hello' }] }],
      ['100 attachments', { attachments: Array(100).fill({ text: 'one' }) }],
      ['a text over the length at which Slack cuts off', { text: 'a'.repeat(50_000) }],
    ];
    for (const [what, body, contentType] of taken) {
      it(what, async () => {
        const { status, body: answer } = await say(body, contentType);
        expect({ status, answer }).to.deep.equal({ status: 200, answer: 'ok' });
        expect(receiver.deliveries()[0]).to.include({ accepted: true, receiver: 'slack' });
      });
    }
  });

  describe('refuses', () => {
    const refused: [string, keyof typeof slackErrors, unknown, string?][] = [
      ['what is not JSON', 'invalid_payload', '{"text":'],
      ['JSON that is no object', 'invalid_payload', '["text"]'],
      [
        'a form whose payload is not JSON',
        'invalid_payload',
        'payload=hello',
        'application/x-www-form-urlencoded',
      ],
      ['a text that is no string', 'invalid_payload', { text: 7 }],
      ['attachments that are no list', 'invalid_payload', { attachments: 'none' }],
      [
        'an object with nothing of a message',
        'missing_text_or_fallback_or_attachments',
        { message: 'hello' },
      ],
      ['an empty text', 'no_text', { text: '' }],
      ['an attachment that shows nothing', 'no_text', { attachments: [{ text: '', color: 'good' }] }],
      ['101 attachments', 'too_many_attachments', { attachments: Array(101).fill({ text: 'one' }) }],
      ['a block without a type', 'invalid_blocks', { text: 'a', blocks: [{}] }],
      ['51 blocks', 'invalid_blocks', { text: 'a', blocks: Array(51).fill({ type: 'divider' }) }],
    ];
    for (const [what, error, body, contentType] of refused) {
      it(`${what}: ${error}`, async () => {
        const { status, body: answer } = await say(body, contentType);
        expect({ status, answer }).to.deep.equal({ status: 400, answer: error });
        expect(receiver.deliveries()[0]).to.include({ accepted: false });
      });
    }

    const wrongPaths: [string, number, string][] = [
      ['/services/T00000009/B00000002/x', 404, 'no_team'],
      ['/services/T00000001/B00000009/x', 404, 'no_service'],
      ['/services/T00000001/B00000002/x', 403, 'invalid_token'],
      ['/somewhere', 404, 'no_service'],
    ];
    for (const [path, status, error] of wrongPaths) {
      it(`${path}: ${error}`, async () => {
        expect(await say({ text: 'hello' }, undefined, path)).to.include({ status, body: error });
      });
    }

    it('other methods', async () => {
      const response = await fetch(receiver.url + webhookPath);
      expect(response.status).to.equal(405);
    });
  });

  it('without credentials takes any well-formed webhook path', () => {
    const judge = (path: string) =>
      openSlack().answer({ method: 'POST', path, contentType: '', body: '{"text":"a"}', tooLarge: false })
        .status;
    expect(judge('/services/T1/B2/x3')).to.equal(200);
    expect(judge('/services/T1/B2')).to.equal(404);
  });

  it('keeps the token out of the record, also where a body repeats it', async () => {
    await say({ text: `posted to ${webhookPath}` });
    const other = '/services/T00000001/B00000002/wrongButMaybeReal';
    await say({ text: `posted to ${other}` }, undefined, other);
    const record = JSON.stringify(receiver.deliveries());
    expect(record).not.to.contain(token).and.not.to.contain('wrongButMaybeReal');
    expect(receiver.deliveries()[0]?.path).to.equal('/services/T00000001/B00000002/[redacted]');
  });
});
