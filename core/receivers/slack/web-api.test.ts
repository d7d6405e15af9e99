import { expect } from 'chai';
import { fixture } from '../testing/fixture.ts';
import { openSlack } from './protocol.ts';

const token = 'xoxb-123456789012-aB3dE5gH7jK9mN1pQ3sT5vW7';
const request = (body: object | string, more: object = {}) => ({
  ...{ method: 'POST', path: '/api/chat.postMessage', contentType: 'application/json', tooLarge: false },
  ...{
    authorization: `Bearer ${token}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...more,
  },
});
const message = { channel: '#payments', text: 'hello' };

describe('chat.postMessage', () => {
  it('takes what Alertmanager and Grafana send, with JSON that says so', () => {
    for (const name of ['slack-default-firing', 'grafana-slack-mixed']) {
      const one = request({ ...fixture(name), channel: '#payments' });
      const answer = openSlack({ tokens: token }).answer(one);
      expect(answer.contentType).to.match(/^application\/json/);
      expect(answer.refused).to.equal(undefined);
      expect(JSON.parse(answer.body)).to.deep.include({ ok: true, channel: '#payments' });
      expect(openSlack().pages(one, answer)).not.to.deep.equal([]);
    }
  });

  const refused: [string, string, ReturnType<typeof request>][] = [
    ['a request without a token', 'not_authed', request(message, { authorization: undefined })],
    ['a token of another scheme', 'invalid_auth', request(message, { authorization: `Basic ${token}` })],
    ['another token', 'invalid_auth', request(message, { authorization: 'Bearer xoxb-1' })],
    ['another method', 'unknown_method', request(message, { path: '/api/chat.post' })],
    ['what is not JSON', 'invalid_json', request('{')],
    ['a message without a channel', 'channel_not_found', request({ text: 'hello' })],
    ['a channel that none can be named', 'channel_not_found', request({ ...message, channel: '#pay ments' })],
    ['a message without a text', 'no_text', request({ channel: '#payments' })],
    ['a blank text', 'no_text', request({ ...message, text: ' ' })],
    ['a text that is no string', 'invalid_arguments', request({ ...message, text: 7 })],
    ['51 blocks', 'invalid_blocks', request({ ...message, blocks: Array(51).fill({ type: 'divider' }) })],
    [
      '101 attachments',
      'too_many_attachments',
      request({ ...message, attachments: Array(101).fill({ text: 'a' }) }),
    ],
  ];
  for (const [what, error, one] of refused) {
    it(`refuses ${what} with status 200: ${error}`, () => {
      const { status, body, refused: isRefused } = openSlack({ tokens: token }).answer(one);
      expect({ status, isRefused, answer: JSON.parse(body) }).to.deep.equal({
        ...{ status: 200, isRefused: true, answer: { ok: false, error } },
      });
    });
  }

  it('is told apart by token and channel, and a webhook by its path', () => {
    const of = (more: object) => openSlack().destination(request(message, more));
    expect(of({})).to.deep.equal({ address: ['/api/chat.postMessage', token], detail: '#payments' });
    expect(of({ path: '/services/T1/B2/x3' })).to.deep.equal({
      ...{ address: ['/services/T1/B2/x3'], detail: '#payments' },
    });
  });

  it('tells of too many messages by the status too', () => {
    const { status, body } = openSlack().tooMany(1, { path: '/api/chat.postMessage' });
    expect([status, JSON.parse(body)]).to.deep.equal([429, { ok: false, error: 'ratelimited' }]);
    expect(openSlack().tooMany(1, { path: '/services/T1/B2/x3' })).to.include({ body: 'rate_limited' });
  });

  it('has its token redacted where a body repeats it', () => {
    expect(openSlack().redact?.(request({ ...message, text: `with ${token}` })).body)
      .to.contain('with [redacted]')
      .and.not.to.contain(token);
  });
});
