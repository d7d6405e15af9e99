import { expect } from 'chai';
import { openTeams } from './protocol.ts';

const connector =
  '/webhookb2/11111111-aaaa@22222222-bbbb/IncomingWebhook/0f3e5a7c9b1d2f4e/33333333-cccc-dddd';
const workflow = '/workflows/0f3e5a7c/triggers/manual/paths/invoke?api-version=2016-06-01&sig=bV4nM7kQ';

const request = (body: object | string, path = connector, more: object = {}) => ({
  ...{ method: 'POST', path, contentType: 'application/json', tooLarge: false },
  ...{ body: typeof body === 'string' ? body : JSON.stringify(body), ...more },
});

const subject = '[FIRING:1] CheckoutErrorRateHigh (critical)';
const list = (source: string) => `
# Alerts Firing:

Labels:
  - alertname = CheckoutErrorRateHigh
  - severity = critical

Annotations:
  - summary = Checkout fails

Source: ${source}
`;

/** As Alertmanager's msteams_configs. */
const messageCard = {
  '@context': 'http://schema.org/extensions',
  type: 'MessageCard',
  ...{ title: subject, summary: subject, text: list('http://a.test/graph'), themeColor: '8C1A1A' },
};
const block = (text: string, more: object = {}) => ({ type: 'TextBlock', text, wrap: true, ...more });
const cardOf = (...body: object[]) => ({
  contentType: 'application/vnd.microsoft.card.adaptive',
  content: { type: 'AdaptiveCard', version: '1.4', body },
});
/** As Grafana's contact points of type teams, and but for the buttons as Alertmanager's msteamsv2_configs. */
const adaptive = {
  type: 'message',
  attachments: [
    cardOf(
      block(subject, { color: 'attention' }),
      block(list('[http://a.test/graph](http://a.test/graph)')),
      {
        type: 'ActionSet',
        actions: [{ type: 'Action.OpenUrl', title: 'View URL', url: 'http://g.test/alerting/list' }],
      },
    ),
  ],
  summary: subject,
};

const answered = (form: 'connector' | 'workflow', one: ReturnType<typeof request>) => {
  const { status, body, refused } = openTeams(form).answer(one);
  return [status, refused ? 'refused' : 'taken', body.replace(/ with ContextId.*/, '')];
};
const failed = (status: number) => [
  ...[200, 'refused'],
  `Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error ${status}`,
];

describe('teams receiver', () => {
  it('a connector takes message cards and adaptive cards, with 1', () => {
    for (const one of [messageCard, adaptive, { text: 'hello' }, { summary: 's', title: 't' }])
      expect(answered('connector', request(one))).to.deep.equal([200, 'taken', '1']);
  });

  it('a workflow takes adaptive cards, and answers alike where it posts nothing', () => {
    expect(answered('workflow', request(adaptive, workflow))).to.deep.equal([202, 'taken', '1']);
    for (const one of [messageCard, { type: 'message', attachments: [] }, { text: 'hello' }, '{'])
      expect(answered('workflow', request(one, workflow))).to.deep.equal([202, 'refused', '']);
  });

  it('is what its address says, else what the notifier is for', () => {
    expect(answered('connector', request(messageCard, workflow))).to.deep.equal([202, 'refused', '']);
    expect(answered('workflow', request(messageCard, connector))).to.deep.equal([200, 'taken', '1']);
    expect(answered('connector', request(adaptive, '/own'))).to.deep.equal([200, 'taken', '1']);
    expect(answered('workflow', request(adaptive, '/own'))).to.deep.equal([202, 'taken', '1']);
  });

  const refused: [string, unknown[], ReturnType<typeof request>][] = [
    [
      'what is not JSON',
      [400, 'taken', 'Bad payload received by generic incoming webhook.'],
      request('{"text":'),
    ],
    ['a title alone', [400, 'taken', 'Summary or Text is required.'], request({ title: 't', text: ' ' })],
    ['a card of another kind', failed(400), request({ attachments: [{ contentType: 'x', content: {} }] })],
    ['a card without elements', failed(400), request({ type: 'message', attachments: [cardOf()] })],
    ['an element without a type', failed(400), request({ attachments: [cardOf({ text: 'a' })] })],
    ['a message over 28 KB', failed(413), request({ ...messageCard, text: 'é'.repeat(14_400) })],
    ['another method', [405, 'taken', 'Method Not Allowed'], request('', connector, { method: 'GET' })],
  ];
  for (const [what, answer, one] of refused) {
    it(`a connector refuses ${what}`, () => {
      expect(answered('connector', one)).to.deep.equal(answer);
    });
  }

  it('takes a message of 28 KB, and posts none that is larger', () => {
    const textOf = (bytes: number) => {
      const empty = JSON.stringify({ attachments: [cardOf(block(''))] }).length;
      return { attachments: [cardOf(block('a'.repeat(bytes - empty)))] };
    };
    const [most, more] = [textOf(28 * 1024), textOf(28 * 1024 + 1)];
    expect(answered('connector', request(most))).to.deep.equal([200, 'taken', '1']);
    expect(answered('workflow', request(most, workflow))).to.deep.equal([202, 'taken', '1']);
    expect(answered('workflow', request(more, workflow))).to.deep.equal([202, 'refused', '']);
  });

  it('tells of too many messages in the text of a 200, as far as it is a connector', () => {
    const teams = openTeams('connector');
    expect(teams.tooMany(1, { path: connector })).to.include({ status: 200, refused: true });
    expect(teams.tooMany(1, { path: workflow })).to.include({ status: 429 });
  });

  for (const [form, one] of [
    ['message card', messageCard],
    ['adaptive card', adaptive],
  ] as const) {
    it(`reads the alerts of a ${form}, with labels, annotations and links`, () => {
      const sent = request(one);
      const [page, ...others] = openTeams('connector').pages(sent, openTeams('connector').answer(sent));
      expect(others).to.deep.equal([]);
      expect(page).to.deep.include({
        ...{ status: 'firing', alert: 'CheckoutErrorRateHigh', precision: 'rendered', title: subject },
        labels: { alertname: 'CheckoutErrorRateHigh', severity: 'critical' },
        annotations: { summary: 'Checkout fails' },
      });
      expect(page?.links).to.deep.equal([
        'http://a.test/graph',
        ...(one === adaptive ? ['http://g.test/alerting/list'] : []),
      ]);
    });
  }

  it('reads a status from the colour if the text has none', () => {
    const statusOf = (one: object) =>
      openTeams('connector').pages(request(one), { status: 200, contentType: '', body: '1' })[0]?.status;
    expect(statusOf({ title: 'Disk', text: 'x', themeColor: '2DC72D' })).to.equal('resolved');
    expect(statusOf({ title: 'Disk', text: 'x', themeColor: '8C1A1A' })).to.equal('firing');
    expect(statusOf({ attachments: [cardOf(block('Disk', { color: 'Good' }))] })).to.equal('resolved');
    expect(statusOf({ ...messageCard, themeColor: '2DC72D' })).to.equal('firing');
  });

  it('shows texts part by part without marks of links and blank parts, and the summary once', () => {
    const facts = { type: 'FactSet', facts: [{ title: 'team', value: 'payments' }] };
    const one = request({
      summary: 'S',
      attachments: [cardOf(block('S'), block(' '), block('see [the book](http://b.test/r "R")'), facts)],
    });
    const at = 'attachments[0].content.body';
    expect(openTeams('workflow').texts(one)).to.deep.equal([
      { field: 'summary', text: 'S' },
      { field: `${at}[0].text`, text: 'S' },
      { field: `${at}[2].text`, text: 'see the book' },
      { field: `${at}[3].facts[0].title`, text: 'team' },
      { field: `${at}[3].facts[0].value`, text: 'payments' },
    ]);
    expect(openTeams('workflow').message?.(one)).to.deep.equal({
      text: 'S\nsee the book\nteam\npayments',
      entities: [{ type: 'text_link', offset: 6, length: 8, url: 'http://b.test/r' }],
    });
  });

  it('is told apart by path and query, neither of which is kept', () => {
    const teams = openTeams('workflow');
    expect(teams.destination(request(adaptive, workflow))).to.deep.equal({ address: [workflow] });
    expect(teams.redact?.(request(adaptive, workflow)).path).to.equal('/[redacted]');
  });
});
