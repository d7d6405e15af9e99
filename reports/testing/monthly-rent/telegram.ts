import type { Delivery, Page } from '../../../core/record.ts';
import { at } from '../basics.ts';

const runbook = 'https://runbooks.internal/backend/bug-report';
const explore = (left: object) =>
  `http://127.0.0.1:41033/explore?orgId=1&left=${encodeURIComponent(JSON.stringify(left))}`;
const query = explore({ datasource: 'loki', queries: [{ refId: 'A', expr: '{service_name="orders"}' }] });
const trace = explore({
  datasource: 'tempo',
  queries: [{ refId: 'A', queryType: 'traceql', query: '{resource.service.name="orders" && status=error}' }],
});
const labels = { alertname: 'Bug Report', service: 'orders', severity: 'critical', team: 'backend' };
const annotations = { summary: 'orders has logged errors that nobody foresaw', runbook };

/** As the message template of the stack writes it. */
const source = (firing: boolean) =>
  `${firing ? '🔥 Firing' : '✅ Resolved'}: <b>Bug Report</b>
service: orders
severity: critical
team: backend
startsAt: ${new Date(at(40.05)).toISOString()}
summary: ${annotations.summary}
runbook: ${runbook}
<a href="${query.replaceAll('&', '&amp;')}">Query</a> · <a href="${trace.replaceAll('&', '&amp;')}">Trace</a>`;

type Entity = NonNullable<Delivery['message']>['entities'][number];

/** The message as the receiver reads it: the text without its mark-up, and where that was. */
function message(firing: boolean): NonNullable<Delivery['message']> {
  const text = source(firing).replace(/<[^>]*>/g, '');
  const entity = (type: string, words: string, more: Partial<Entity> = {}): Entity => ({
    type,
    offset: text.lastIndexOf(words),
    length: words.length,
    ...more,
  });
  return {
    text,
    entities: [
      entity('bold', 'Bug Report'),
      entity('url', runbook),
      entity('text_link', 'Query', { url: query }),
      entity('text_link', 'Trace', { url: trace }),
    ],
  };
}

const chatId = -1001234567890;

const delivery = (seconds: number, firing: boolean, id: number): Delivery => ({
  receiver: 'telegram',
  at: at(seconds),
  monotonicMs: seconds * 1000,
  path: '/bot[redacted]/sendMessage',
  body: JSON.stringify({ chat_id: String(chatId), text: source(firing), parse_mode: 'HTML' }),
  responseStatus: 200,
  responseBody: JSON.stringify({
    ok: true,
    result: {
      message_id: id,
      from: { id: 8012345678, is_bot: true, first_name: 'firedrill', username: 'firedrill_bot' },
      chat: { id: chatId, title: 'Backend on call', type: 'supergroup' },
      ...message(firing),
    },
  }),
  message: message(firing),
});

const page = (seconds: number, firing: boolean, index: number): Page => ({
  receiver: 'telegram',
  receivedAt: at(seconds),
  monotonicMs: seconds * 1000,
  status: firing ? 'firing' : 'resolved',
  alert: 'Bug Report',
  labels,
  annotations,
  links: [runbook, query, trace],
  delivery: index,
  title: message(firing).text.split('\n')[0] ?? '',
  text: message(firing).text,
  precision: 'rendered',
});

export const telegramPages = {
  deliveries: [delivery(45.2, true, 1), delivery(66.4, false, 2)],
  pages: [page(45.2, true, 0), page(66.4, false, 1)],
};

/** The same message as Telegram refuses it. */
export const refusedDelivery: Delivery = {
  ...delivery(45.2, true, 1),
  responseStatus: 400,
  responseBody: JSON.stringify({
    ok: false,
    error_code: 400,
    description: 'Bad Request: can\'t parse entities: Unsupported start tag "" at byte offset 41',
  }),
};
