import { expect } from 'chai';
import type { ReceiverName } from '../../core/receivers/receivers.ts';
import { slackTexts } from '../../core/receivers/slack/texts.ts';
import { fixture } from '../../core/receivers/testing/fixture.ts';
import { openReceiver, type Receiver } from './receivers.ts';
import { post } from './testing/requests.ts';

const routingKey = '0123456789abcdef0123456789abcdef';

describe('what a message says, part by part', () => {
  const opened: Receiver[] = [];
  afterEach(async () => {
    for (const receiver of opened.splice(0)) await receiver.close();
  });
  async function partsOf(kind: ReceiverName, path: string, body: unknown): Promise<Record<string, string>> {
    const receiver = await openReceiver(kind);
    opened.push(receiver);
    await post(receiver.url + path, body);
    const [delivery] = receiver.deliveries();
    return Object.fromEntries((delivery?.texts ?? []).map(({ field, text }) => [field, text]));
  }

  it('at Slack: texts, fields by their titles, blocks, without mark-up of links and escapes', () => {
    const parts = slackTexts({
      text: 'a &amp; b',
      blocks: [
        {
          type: 'section',
          text: { type: 'mrkdwn', text: 'see <https://a.test|the book>' },
          fields: [{ text: 'x' }],
        },
        {
          type: 'rich_text',
          elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'deep' }] }],
        },
      ],
      attachments: [
        {
          pretext: 'p',
          title: 't',
          text: '',
          fallback: 'f',
          fields: [{ title: 'team', value: '' }, { value: 'v' }],
        },
      ],
    });
    expect(parts.map(({ field, text }) => [field, text])).to.deep.equal([
      ['text', 'a & b'],
      ['blocks[0].text', 'see the book'],
      ['blocks[0].fields[0]', 'x'],
      ['blocks[1].elements[0][0].elements[0].text', 'deep'],
      ['attachments[0].pretext', 'p'],
      ['attachments[0].title', 't'],
      ['attachments[0].text', ''],
      ['attachments[0].fallback', 'f'],
      ['attachments[0].fields[0].title', 'team'],
      ['attachments[0].fields[team]', ''],
      ['attachments[0].fields[1]', 'v'],
    ]);
  });

  it('at PagerDuty: summary and details, without the empty lists of the default ones', async () => {
    const details = { firing: 'A', resolved: '', num_firing: 1, owner: '' };
    const body = {
      routing_key: routingKey,
      event_action: 'trigger',
      payload: { summary: 's', source: 'o', severity: 'info', custom_details: details },
      links: [{ href: 'http://a.test', text: 'Runbook' }],
    };
    expect(await partsOf('pagerduty', '/v2/enqueue', body)).to.deep.equal({
      'payload.summary': 's',
      'payload.source': 'o',
      'payload.custom_details.firing': 'A',
      'payload.custom_details.num_firing': '1',
      'payload.custom_details.owner': '',
      'links[0].text': 'Runbook',
    });
  });

  it('at a webhook: the annotations of each alert', async () => {
    const parts = await partsOf('webhook', '/hook', fixture('webhook-firing'));
    expect(parts['alerts[0].annotations.summary']).to.equal('Checkout fails & <burns>');
  });

  it('at Telegram: the text as its reader sees it', async () => {
    const body = { chat_id: '1', parse_mode: 'HTML', text: '<b>a</b> &lt; b' };
    expect(await partsOf('telegram', '/bot1:a/sendMessage', body)).to.deep.equal({ text: 'a < b' });
  });

  it('not of what cannot be read', async () => {
    expect(await partsOf('slack', '/services/T0/B0/x', '{')).to.deep.equal({});
  });
});

describe('incidents of the pagerduty receiver', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await openReceiver('pagerduty');
  });
  afterEach(() => receiver.close());
  const payload = { summary: 'it broke', source: 'storefront', severity: 'critical' };
  async function send(action: string, key: string, routing = routingKey): Promise<string | undefined> {
    await post(`${receiver.url}/v2/enqueue`, {
      routing_key: routing,
      event_action: action,
      dedup_key: key,
      payload,
    });
    return receiver.deliveries().at(-1)?.pages[0]?.incident;
  }

  it('are opened once per key, resolved once, and opened again', async () => {
    expect(await send('trigger', 'a')).to.equal('opened');
    expect(await send('trigger', 'a')).to.equal('appended');
    expect(await send('acknowledge', 'a')).to.equal(undefined);
    expect(await send('trigger', 'a')).to.equal('appended');
    expect(await send('resolve', 'a')).to.equal('resolved');
    expect(await send('resolve', 'a')).to.equal('ignored');
    expect(await send('trigger', 'a')).to.equal('opened');
  });
  it('are of one key at one service', async () => {
    expect(await send('trigger', 'a')).to.equal('opened');
    expect(await send('trigger', 'b')).to.equal('opened');
    expect(await send('trigger', 'a', 'f'.repeat(32))).to.equal('opened');
    expect(await send('resolve', 'c')).to.equal('ignored');
    expect(await send('resolve', 'a', 'e'.repeat(32))).to.equal('ignored');
    expect(await send('resolve', 'a')).to.equal('resolved');
  });
  it('are not opened by an event that was refused, and one without a key opens its own', async () => {
    receiver.misbehave({ mode: 'respond', status: 500, requests: 1 });
    expect(await send('trigger', 'a')).to.equal(undefined);
    expect(await send('trigger', 'a')).to.equal('opened');
    expect(await send('trigger', '')).to.equal('opened');
    expect(await send('trigger', '')).to.equal('opened');
  });
  it('come with the severity of the event', async () => {
    await send('trigger', 'a');
    expect(receiver.deliveries()[0]?.pages[0]?.severity).to.equal('critical');
  });
});
