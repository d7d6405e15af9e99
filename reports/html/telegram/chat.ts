import type { Delivery, DrillRecord, Page } from '../../../core/record.ts';
import { expectedFirst, originOf } from '../../facts.ts';
import { accepted } from '../../followed.ts';
import { exactTime, pretty, relative } from '../../text.ts';
import { folded, html, type Markup, type MarkupPart } from '../markup.ts';
import { answerOf } from './answer.ts';
import { formatted } from './formatted.ts';

/** Messages that are not folded. */
const mostMessages = 20;

/** The messages to the Telegram receiver, displayed as a chat, from the payloads as received. */
export function chat(record: DrillRecord): Markup | undefined {
  const received = record.deliveries.filter(isInChat);
  const [first] = received;
  if (!first) return undefined;
  const { chat: title, sender } = answerOf(received.find((delivery) => accepted(delivery)) ?? first);
  const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', timeZone: 'UTC' });
  return html`<div class="tg"><div class="tg-head">${avatar(title)}<div><strong>${title}</strong><span>messages of the bot ${sender}, as received</span></div></div>
<div class="tg-wall"><p class="tg-day">${day.format(first.at)}</p>
${folded(
  expectedFirst(record, received, mostMessages, (delivery) =>
    pagesOf(record, delivery).map(({ alert }) => alert),
  ),
  mostMessages,
  (some) => some.map((delivery) => html`${bubble(delivery)}${caption(record, delivery)}`),
)}</div></div>`;
}

/** The pages that were read from a message. */
function pagesOf({ deliveries, pages }: DrillRecord, delivery: Delivery): Page[] {
  const at = deliveries.indexOf(delivery);
  return pages.filter((page) => page.delivery === at);
}

/** Whether a delivery is shown in the chat: a message, accepted or refused, but not other API requests. */
export const isInChat = (delivery: Delivery): boolean =>
  delivery.receiver === 'telegram' && (delivery.message !== undefined || !accepted(delivery));

/** One message as a bubble, or the receiver's error. */
export function bubble(delivery: Delivery, traceId?: string): Markup {
  const { message, responseStatus, at } = delivery;
  const { sender, refusal } = answerOf(delivery);
  const time = html`<time class="tg-time" title="${exactTime(at)} UTC">${exactTime(at).slice(0, 5)}</time>`;
  if (!accepted(delivery) || !message) {
    const what = responseStatus === 0 ? 'No answer' : `${responseStatus}`;
    return html`<div class="tg-row">${avatar('!')}<div class="tg-bubble tg-refused"><strong class="tg-name">Not delivered</strong><div class="tg-text"><b>${what}</b> ${refusal}</div>${time}</div></div>`;
  }
  return html`<div class="tg-row">${avatar(sender)}<div class="tg-bubble"><strong class="tg-name">${sender}</strong><div class="tg-text">${formatted(message, traceId)}</div>${time}</div></div>`;
}

const avatar = (name: string): Markup =>
  html`<span class="tg-avatar" aria-hidden="true">${[...name][0]?.toUpperCase() ?? '?'}</span>`;

/** The pages that were read from the message, which the message itself does not show. */
function caption(record: DrillRecord, delivery: Delivery): Markup {
  const since = `${relative(delivery.at - originOf(record))} · ${exactTime(delivery.at)}`;
  return html`<div class="tg-caption">${pagesOf(record, delivery).map(read)}<span>${since}</span>
<details><summary>payload</summary><pre>${pretty(delivery.body)}</pre></details></div>`;
}

const read = ({ status, alert }: Page): MarkupPart =>
  html`<span class="pill ${status}">${status === 'firing' ? '▲' : '▼'} ${alert} ${status}</span> `;
