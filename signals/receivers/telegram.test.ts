import { expect } from 'chai';
import { openReceiver, type Receiver } from './receivers.ts';
import { post } from './testing/requests.ts';

const botToken = '8012345678:AAGfirstdrillfirstdrillfirstdrill-1';
const chatId = '-1001234567890';
const form = 'application/x-www-form-urlencoded';

describe('telegram receiver', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await openReceiver('telegram', { credentials: { botToken, chatId } });
  });
  afterEach(() => receiver.close());

  const call = async (method: string, body: unknown, contentType?: string, token = botToken) => {
    const reply = await post(`${receiver.url}/bot${token}/${method}`, body, contentType);
    return { ...reply, answer: JSON.parse(reply.body) };
  };
  const say = (more: object) => call('sendMessage', { chat_id: chatId, text: 'hello', ...more });

  /** As Go's mime/multipart writes it, which Grafana sends. */
  const multipart = (fields: Record<string, string>, boundary = '7f3b') => {
    const parts = Object.entries(fields).map(
      ([name, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    return `${parts.join('')}--${boundary}--\r\n`;
  };

  it('tells a page that makes no sound from one that does', async () => {
    const text = '🔥 Firing: Bug Report';
    for (const more of [{}, { disable_notification: 'false' }, { disable_notification: 'true' }])
      await say({ text, ...more });
    const silent = receiver.deliveries().map(({ pages }) => pages[0]?.silent);
    expect(silent).to.deep.equal([undefined, undefined, true]);
  });

  const fields = { chat_id: chatId, text: '<b>Firing</b>\r\n5 &lt; 6 & é', parse_mode: 'HTML' };
  const sent: [string, string, string][] = [
    ['JSON', JSON.stringify({ ...fields, chat_id: Number(chatId) }), 'application/json; charset=utf-8'],
    ['a form', new URLSearchParams(fields).toString(), form],
    ['multipart', multipart(fields), 'multipart/form-data; boundary=7f3b'],
    ['multipart with a quoted boundary', multipart(fields, 'a b'), 'Multipart/Form-Data; boundary="a b"'],
  ];
  for (const [how, body, contentType] of sent) {
    it(`takes ${how}, and answers with the message as it is shown`, async () => {
      const { status, answer } = await call('sendMessage', body, contentType);
      expect(status).to.equal(200);
      expect(answer.result.date).to.be.closeTo(Date.now() / 1000, 5);
      expect(answer).to.deep.equal({
        ok: true,
        result: {
          message_id: 1,
          from: { id: 8012345678, is_bot: true, first_name: 'firedrill', username: 'firedrill_bot' },
          chat: { id: Number(chatId), title: 'firedrill', type: 'supergroup' },
          date: answer.result.date,
          text: 'Firing\n5 < 6 & é',
          entities: [{ type: 'bold', offset: 0, length: 6 }],
        },
      });
      expect(receiver.deliveries()[0]).to.deep.include({
        accepted: true,
        message: { text: answer.result.text, entities: answer.result.entities },
        body,
      });
    });
  }

  it('takes parameters from the query, by GET too, and a method in any case', async () => {
    const query = new URLSearchParams({ chat_id: chatId, text: 'hello' });
    const response = await fetch(`${receiver.url}/bot${botToken}/SENDmessage?${query}`);
    expect(await response.json()).to.have.nested.property('result.text', 'hello');
    expect(receiver.deliveries()[0]?.path).to.equal('/bot[redacted]/SENDmessage?[redacted]');
  });

  it('numbers its messages', async () => {
    await say({});
    expect((await say({})).answer.result)
      .to.include({ message_id: 2 })
      .and.not.have.property('entities');
  });

  it('getMe', async () => {
    const { answer } = await call('getMe', {});
    expect(answer).to.deep.include({ ok: true });
    expect(answer.result).to.include({ id: 8012345678, is_bot: true });
  });

  describe('refuses', () => {
    const refused: [string, number, string, () => ReturnType<typeof call>][] = [
      ['another token', 401, 'Unauthorized', () => call('sendMessage', {}, undefined, '8012345678:AAother')],
      ['what is no token', 404, 'Not Found', () => call('sendMessage', {}, undefined, 'mine')],
      ['no token at all', 404, 'Not Found', () => call('sendMessage', {}, undefined, '')],
      ['another method', 404, 'Not Found: method not found', () => call('sendPhoto', {})],
      ['a chat it is not in', 400, 'Bad Request: chat not found', () => say({ chat_id: '-1009' })],
      ['no chat', 400, 'Bad Request: chat_id is empty', () => say({ chat_id: '' })],
      ['no text', 400, 'Bad Request: message text is empty', () => say({ text: '' })],
      [
        'JSON that does not parse',
        400,
        'Bad Request: message text is empty',
        () => call('sendMessage', '{"te'),
      ],
      ['4097 characters', 400, 'Bad Request: message is too long', () => say({ text: 'a'.repeat(4097) })],
      ['33 kB', 400, 'Bad Request: text is too long', () => say({ text: 'a'.repeat(33_000) })],
      ['an unknown mode', 400, 'Bad Request: unsupported parse_mode', () => say({ parse_mode: 'BBCode' })],
      [
        'a bare <',
        400,
        'Bad Request: can\'t parse entities: Unsupported start tag "" at byte offset 2',
        () => say({ text: '5 < 6', parse_mode: 'HTML' }),
      ],
      [
        'a bare . in MarkdownV2',
        400,
        "Bad Request: can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'",
        () => say({ text: '1.5', parse_mode: 'MarkdownV2' }),
      ],
      [
        'multipart without its boundary',
        400,
        'Bad Request: boundary not found',
        () => call('sendMessage', multipart(fields), 'multipart/form-data'),
      ],
      [
        'multipart that is cut short',
        400,
        'Bad Request: unexpected end of request content',
        () => call('sendMessage', multipart(fields).slice(0, -6), 'multipart/form-data; boundary=7f3b'),
      ],
      [
        'multipart with a part without a name',
        400,
        'Bad Request: field name in multipart/form-data not found',
        () => call('sendMessage', multipart({ '': 'x' }), 'multipart/form-data; boundary=7f3b'),
      ],
      [
        'more than a megabyte',
        413,
        'Request Entity Too Large: too many parameters',
        () => say({ text: 'a'.repeat(1 << 20) }),
      ],
    ];
    for (const [what, status, description, send] of refused) {
      it(`${what}: ${status} ${description}`, async () => {
        const reply = await send();
        expect(reply.status).to.equal(status);
        expect(reply.answer).to.deep.equal({ ok: false, error_code: status, description });
        expect(receiver.deliveries()[0]).to.include({ accepted: false });
      });
    }

    it('other paths and other verbs', async () => {
      expect(await fetch(`${receiver.url}/sendMessage`)).to.include({ status: 404 });
      expect(await fetch(`${receiver.url}/bot${botToken}`)).to.include({ status: 404 });
      expect(await fetch(`${receiver.url}/bot${botToken}/getMe`, { method: 'PUT' })).to.include({
        status: 501,
      });
    });
  });

  it('without credentials takes any token and any chat that is well formed', async () => {
    await using open = await openReceiver('telegram');
    const chats: [unknown, string | undefined][] = [
      [42, 'private'],
      [-42, 'group'],
      [-1001234567890, 'supergroup'],
      ['@firedrill', 'channel'],
      ['firedrill', undefined],
      [0, undefined],
    ];
    for (const [id, type] of chats) {
      const { body } = await post(`${open.url}/bot1:x/sendMessage`, { chat_id: id, text: 'hello' });
      expect(JSON.parse(body).result?.chat.type, String(id)).to.equal(type);
    }
  });

  it('records no token, wherever it stands, but everything else of the body', async () => {
    await say({ text: `my token is ${botToken}` });
    await call('sendMessage', new URLSearchParams({ chat_id: chatId, text: botToken }).toString(), form);
    await call('sendMessage', { text: '8099999999:AAHstranger' }, undefined, '8099999999:AAHstranger');
    await post(`${receiver.url}/bot${encodeURIComponent(botToken)}/getMe`, {});
    await post(`${receiver.url}/bot1/sendMessage`, { text: 'a1' });
    const record = JSON.stringify(receiver.deliveries());
    expect(record).not.to.match(/AAG|AAHstranger/);
    expect(receiver.deliveries().map(({ path }) => path)).to.deep.equal([
      '/bot[redacted]/sendMessage',
      '/bot[redacted]/sendMessage',
      '/bot[redacted]/sendMessage',
      '/bot[redacted]/getMe',
      '/bot[redacted]/sendMessage',
    ]);
    expect(receiver.deliveries()[0]?.pages[0]?.title).to.equal('my token is [redacted]');
    expect(receiver.deliveries()[4]?.body).to.equal('{"text":"a1"}');
  });

  it('keeps the page of a message that it refuses, unless it cannot be read', async () => {
    const text = 'Firing: Bug Report\nservice: orders';
    await say({ text, chat_id: '-1009' });
    await say({ text: `${text} <b>`, parse_mode: 'HTML' });
    const [strange, unreadable] = receiver.deliveries();
    expect(strange?.accepted).to.equal(false);
    expect(strange?.pages[0]).to.deep.include({ alert: 'Bug Report' });
    expect(unreadable).to.deep.include({ pages: [] }).and.not.have.property('message');
    expect(unreadable?.body).to.contain('Bug Report');
  });
});
