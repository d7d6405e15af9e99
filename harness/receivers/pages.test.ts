import { expect } from 'chai';
import { FiredrillError } from '../../core/errors.ts';
import type { ReceiverName } from '../../core/receivers/receivers.ts';
import { fixture } from '../../core/receivers/testing/fixture.ts';
import { openReceiver } from '../../signals/receivers/receivers.ts';
import { pageLine } from './lines.ts';
import { Pages, type ReceivedPage, readFilter } from './pages.ts';

const slackPath = '/services/T1/B1/s3cretT0ken';
const key = 'R0123456789abcdef0123456789abcde';

/** The pages of messages to receivers, each with its path and body. */
async function received(...messages: [ReceiverName, string, object][]): Promise<readonly ReceivedPage[]> {
  const pages = new Pages();
  for (const [kind, path, body] of messages) {
    await using receiver = await openReceiver(kind, { keep: 0 });
    receiver.onDelivery((delivery) => pages.add(delivery));
    await fetch(receiver.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(receiver.deliveries()).to.deep.equal([]);
  }
  return pages.all;
}

const labels = { alertname: 'DiskFull', team: 'storage' };
const webhook = (name: string, status: 'firing' | 'resolved') => ({
  ...fixture('webhook-firing'),
  receiver: name,
  status,
  alerts: [
    {
      ...{ status, labels, annotations: { summary: 'sda is full' }, generatorURL: '' },
      ...{
        startsAt: '2026-03-04T10:00:00Z',
        endsAt: '0001-01-01T00:00:00Z',
        fingerprint: '0123456789abcdef',
      },
    },
  ],
});

describe('the pages of firedrill receivers', () => {
  let all: readonly ReceivedPage[];
  before(async () => {
    all = await received(
      ['slack', slackPath, { channel: '#ops', text: `[FIRING:1] Down ${slackPath}` }],
      ['pagerduty', '/v2/enqueue', { routing_key: key, event_action: 'resolve' }],
      ['webhook', '/hooks/s3cretT0ken', webhook('storage', 'firing')],
      ['webhook', '/hooks/other', webhook('storage', 'resolved')],
      ['telegram', '/bot1:AAxx/sendMessage', { chat_id: 7, text: 'a <b', parse_mode: 'HTML' }],
    );
  });
  const idsOf = (query: string, lastSeen?: string) =>
    all.filter(readFilter(new URLSearchParams(query), lastSeen)).map(({ id }) => id);

  it('say what came, from where, and what the sender was told', () => {
    expect(all[0]).to.deep.include({
      id: 1,
      kind: 'slack',
      to: '#ops',
      accepted: true,
      status: 200,
      answer: 'ok',
    });
    expect(all[0]).to.deep.include({ state: 'firing' });
    expect(all[0]?.alerts[0]).to.include({ alert: 'Down', status: 'firing' });
    expect(all[1]).to.deep.include({ accepted: false, status: 400 });
    expect(all[1]?.answer).to.contain("'dedup_key' is missing or blank");
    expect(all[2]).to.deep.include({ kind: 'webhook', to: 'storage', accepted: true, state: 'firing' });
    expect(all[2]?.alerts[0]).to.deep.include({ labels, precision: 'exact' });
    expect(all[3]).to.deep.include({ state: 'resolved' });
    expect(all[3]?.address).to.not.equal(all[2]?.address);
    expect(all[4]).to.deep.include({ accepted: false, status: 400 });
    expect(all[4]?.meaning).to.contain('parse_mode');
  });

  it('contain no secret', () => {
    expect(JSON.stringify(all)).to.not.match(/s3cretT0ken|AAxx|R0123456789/);
  });

  it('are a line each', () => {
    expect(all.map((page) => pageLine(page).replace(/^\d\d:\d\d:\d\d UTC {2}/, ''))).to.deep.equal([
      'Slack #ops: Down firing; accepted\n',
      `PagerDuty: a request without a message; REFUSED with 400, ${all[1]?.answer}\n`,
      'webhook storage: DiskFull firing (team=storage); accepted\n',
      'webhook storage: DiskFull resolved (team=storage); accepted\n',
      `Telegram: a request without a message; REFUSED with 400, ${all[4]?.answer}: ${all[4]?.meaning}\n`,
    ]);
    const hostile = { ...(all[0] as ReceivedPage), to: '#x\u001b[31m\nforged', answer: '' };
    expect(pageLine(hostile)).to.match(/^[^\n]*\\x1b\[31m forged[^\n]*\n$/);
  });

  it('are chosen by a filter', () => {
    expect(idsOf('')).to.deep.equal([1, 2, 3, 4, 5]);
    expect(idsOf('kind=slack&kind=telegram')).to.deep.equal([1, 5]);
    expect(idsOf('accepted=false')).to.deep.equal([2, 5]);
    expect(idsOf('state=resolved')).to.include(4).and.not.include(3);
    expect(idsOf('to=storage&state=firing')).to.deep.equal([3]);
    expect(idsOf('alert=DiskFull')).to.deep.equal([3, 4]);
    expect(idsOf('label=team=storage&label=alertname=DiskFull&since=3')).to.deep.equal([4]);
    expect(idsOf('label=team=payments')).to.deep.equal([]);
  });

  it('are chosen from a page or a time on', () => {
    expect(idsOf('since=3')).to.deep.equal([4, 5]);
    expect(idsOf('', '3')).to.deep.equal([4, 5]);
    expect(idsOf('since=4', '1')).to.deep.equal([5]);
    expect(idsOf(`since=${all[0]?.at}`)).to.deep.equal([1, 2, 3, 4, 5]);
    expect(idsOf('since=2999-01-01T00:00:00Z')).to.deep.equal([]);
  });

  it('cannot be asked for in other ways, and every fault is told', () => {
    const ask = () =>
      readFilter(new URLSearchParams('knd=x&kind=slak&state=up&accepted=yes&label=a&since=yesterday'));
    expect(ask).to.throw(FiredrillError).with.property('problems').with.lengthOf(6);
  });

  it('are kept up to a number, the newest', () => {
    const pages = new Pages();
    const [one] = all;
    for (let n = 0; n < 10_002; n++)
      pages.add({
        ...{
          receiver: 'slack',
          at: 0,
          monotonicMs: 0,
          path: '',
          body: '',
          responseStatus: 200,
          responseBody: 'ok',
        },
        ...{ accepted: true, pages: one?.alerts ?? [] },
      });
    expect(pages.all).to.have.lengthOf(10_000);
    expect(pages.all[0]?.id).to.equal(3);
    expect(pages.lastId).to.equal(10_002);
  });
});
