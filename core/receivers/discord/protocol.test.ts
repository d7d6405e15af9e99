import { expect } from 'chai';
import { openDiscord } from './protocol.ts';

const token = 'ymZkq3oPQx7uGvL2-aB3dE5gH7jK9';
const webhookPath = `/api/webhooks/123456789012345678/${token}`;
const request = (body: object | string, more: object = {}) => ({
  ...{ method: 'POST', path: webhookPath, contentType: 'application/json', tooLarge: false },
  ...{ body: typeof body === 'string' ? body : JSON.stringify(body), ...more },
});

const subject = '[FIRING:1] CheckoutErrorRateHigh (critical)';
const list = ' - alertname = CheckoutErrorRateHigh\n - severity = critical\n';
/** As Alertmanager's discord_configs. */
const ofAlertmanager = {
  content: '',
  embeds: [
    {
      ...{ title: subject, color: 0x992d22 },
      description: `\nAlerts Firing:\nLabels:\n${list}Annotations:\n - summary = Checkout fails\nSource: http://a.test/graph\n`,
    },
  ],
};
/** As Grafana's contact points of type discord. */
const ofGrafana = {
  username: 'Grafana',
  content: `**Firing**\n\nValue: A=1\nLabels:\n${list}Annotations:\n - summary = Checkout fails\nSource: http://a.test/graph\n`,
  embeds: [
    {
      ...{ title: subject, type: 'rich', url: 'http://g.test/alerting/list', color: 0xd63232 },
      footer: { text: 'Grafana v10.0.0' },
    },
  ],
};
const embed = (more: object) => ({ embeds: [{ title: 't', ...more }] });

describe('discord receiver', () => {
  const taken: [string, object][] = [
    ["Alertmanager's message", ofAlertmanager],
    ["Grafana's message", ofGrafana],
    ['2000 characters, of which some are two units of UTF-16', { content: '🔥'.repeat(2000) }],
    ['a description of 4096 characters', embed({ description: 'a'.repeat(4096) })],
    ['a title of 256 characters', embed({ title: 'a'.repeat(256) })],
    ['10 embeds', { embeds: Array(10).fill({ title: 'a' }) }],
    ['a picture alone', { embeds: [{ image: { url: 'http://a.test/1.png' } }] }],
    ['6000 characters in embeds', { embeds: [1, 2].map(() => ({ description: 'a'.repeat(3000) })) }],
  ];
  for (const [what, message] of taken) {
    it(`takes ${what}, with 204 and nothing`, () => {
      expect(openDiscord().answer(request(message))).to.include({ status: 204, body: '' });
    });
  }

  it('answers with the message if it is asked to wait', () => {
    const { status, body } = openDiscord().answer(
      request({ content: 'a' }, { path: `${webhookPath}?wait=true` }),
    );
    expect(status).to.equal(200);
    expect(JSON.parse(body)).to.include({ content: 'a' });
  });

  it('takes the JSON of a message with files', () => {
    const body = `--x\r\nContent-Disposition: form-data; name="payload_json"\r\n\r\n${JSON.stringify(ofGrafana)}\r\n--x--\r\n`;
    const one = request(body, { contentType: 'multipart/form-data; boundary=x' });
    expect(openDiscord().answer(one).status).to.equal(204);
    expect(openDiscord().pages(one, openDiscord().answer(one))).to.have.lengthOf(1);
  });

  const refused: [string, number, number, ReturnType<typeof request>][] = [
    ['another path', 404, 0, request({ content: 'a' }, { path: '/api/webhooks/1' })],
    ['another webhook', 404, 10015, request({ content: 'a' }, { path: `/api/webhooks/9/${token}` })],
    ['another token', 401, 50027, request({ content: 'a' }, { path: webhookPath.replace(token, 'x') })],
    ['another method', 405, 0, request('', { method: 'PUT' })],
    ['what is not JSON', 400, 50109, request('{')],
    ['an empty message', 400, 50006, request({ content: '', embeds: [{ title: '', color: 1 }] })],
    ['a blank content', 400, 50006, request({ content: ' \n' })],
    ['2001 characters', 400, 50035, request({ content: 'é'.repeat(2001) })],
    ['a title of 257 characters', 400, 50035, request(embed({ title: 'a'.repeat(257) }))],
    ['a description of 4097 characters', 400, 50035, request(embed({ description: 'a'.repeat(4097) }))],
    ['a footer of 2049 characters', 400, 50035, request(embed({ footer: { text: 'a'.repeat(2049) } }))],
    ['a field without a value', 400, 50035, request(embed({ fields: [{ name: 'team', value: '' }] }))],
    ['26 fields', 400, 50035, request(embed({ fields: Array(26).fill({ name: 'a', value: 'b' }) }))],
    ['11 embeds', 400, 50035, request({ embeds: Array(11).fill({ title: 'a' }) })],
    [
      '6001 characters in embeds',
      ...([400, 50035] as const),
      request({ embeds: [3000, 3001].map((length) => ({ description: 'a'.repeat(length) })) }),
    ],
    ['a content that is no text', 400, 50035, request({ content: 7 })],
    ['embeds that are no list', 400, 50035, request({ embeds: {} })],
  ];
  for (const [what, status, code, one] of refused) {
    it(`refuses ${what}: ${status}, ${code}`, () => {
      const answer = openDiscord({ webhooks: webhookPath }).answer(one);
      expect([answer.status, JSON.parse(answer.body).code]).to.deep.equal([status, code]);
    });
  }

  it('names each part that is too long', () => {
    const { body } = openDiscord().answer(
      request({ content: 'a'.repeat(2001), embeds: [{ title: 'a' }, { title: 'a'.repeat(257) }] }),
    );
    const at = (most: number) => ({
      _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${most} or fewer in length.` }],
    });
    expect(JSON.parse(body).errors).to.deep.equal({
      content: at(2000),
      embeds: { 1: { title: at(256) } },
    });
  });

  it('tells how long to wait', () => {
    const { status, body } = openDiscord().tooMany(3, { path: webhookPath });
    expect(status).to.equal(429);
    expect(JSON.parse(body)).to.include({ retry_after: 3, global: false });
  });

  for (const [whose, one] of [
    ['Alertmanager', ofAlertmanager],
    ['Grafana', ofGrafana],
  ] as const) {
    it(`reads the alerts of ${whose}'s message, with labels, annotations and links`, () => {
      const sent = request(one);
      const [page, ...others] = openDiscord().pages(sent, openDiscord().answer(sent));
      expect(others).to.deep.equal([]);
      expect(page).to.deep.include({
        ...{ status: 'firing', alert: 'CheckoutErrorRateHigh', precision: 'rendered', title: subject },
        labels: { alertname: 'CheckoutErrorRateHigh', severity: 'critical' },
        annotations: { summary: 'Checkout fails' },
      });
      expect(page?.links).to.deep.equal([
        'http://a.test/graph',
        ...(one === ofGrafana ? ['http://g.test/alerting/list'] : []),
      ]);
    });
  }

  it('reads a status from the colour if the text has none', () => {
    const statusOf = (color: number) =>
      openDiscord().pages(request(embed({ color })), { status: 204, contentType: '', body: '' })[0]?.status;
    expect([0x2ecc71, 0x36a64f, 0x992d22].map(statusOf)).to.deep.equal(['resolved', 'resolved', 'firing']);
  });

  it('shows texts part by part, without marks of links', () => {
    const one = request({
      content: 'see [the book](http://b.test/r)',
      embeds: [{ title: 'T', fields: [{ name: 'team', value: 'payments' }] }],
    });
    expect(openDiscord().texts(one)).to.deep.equal([
      { field: 'content', text: 'see the book' },
      { field: 'embeds[0].title', text: 'T' },
      { field: 'embeds[0].fields[0].name', text: 'team' },
      { field: 'embeds[0].fields[0].value', text: 'payments' },
    ]);
    expect(openDiscord().message?.(one)).to.deep.equal({
      text: 'see the book\nT\nteam: payments',
      entities: [{ type: 'text_link', offset: 4, length: 8, url: 'http://b.test/r' }],
    });
  });

  it('is told apart by its path; the token is not kept, also where a message repeats it', () => {
    const one = request({ content: `posted by ${token}` });
    expect(openDiscord().destination(one)).to.deep.equal({ address: [webhookPath] });
    const kept = openDiscord().redact?.(one);
    expect(kept?.path).to.equal('/api/webhooks/123456789012345678/[redacted]');
    expect(kept?.body).to.contain('posted by [redacted]').and.not.to.contain(token);
  });
});
