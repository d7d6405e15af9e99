import { answerText } from '../../core/deliveries.ts';
import type { Delivery, DrillRecord } from '../../core/record.ts';
import { expectedFirst, receiverTitle } from '../facts.ts';
import { accepted } from '../followed.ts';
import { exactTime } from '../text.ts';
import { folded, html, link, type Markup, section, table } from './markup.ts';
import { pageCard } from './page-card.ts';
import { chat, isInChat } from './telegram/chat.ts';

/** Cards that are not folded. */
const mostCards = 20;

/** The pages as the person on call would have received them, and refused deliveries. */
export function pages(record: DrillRecord): Markup {
  const { pages: all, deliveries, runbooks } = record;
  const refused = deliveries.filter((d) => !accepted(d));
  // Chat messages are shown as a chat.
  const cards = all.filter(({ delivery }) => !deliveries[delivery] || !isInChat(deliveries[delivery]));
  return section(
    'Pages as received',
    all.length === 0 && html`<p class="note">No page arrived.</p>`,
    cards.length > 0 &&
      folded(
        expectedFirst(record, cards, mostCards, ({ alert }) => [alert]),
        mostCards,
        (some) => html`<div class="pages">${some.map((page) => pageCard(record, page))}</div>`,
      ),
    chat(record),
    refused.length > 0 && [html`<h3>Refused by a receiver</h3>`, refusals(refused)],
    runbooks.length > 0 && [
      html`<h3>Runbooks</h3>`,
      table(
        'Runbooks that pages link to',
        ['Runbook', 'Response'],
        runbooks.map((r) => [
          link(r.url),
          r.problem ?? (r.status === undefined ? '–' : `status ${r.status}`),
        ]),
      ),
    ],
  );
}

const refusals = (refused: readonly Delivery[]) =>
  table(
    'Deliveries that a receiver did not accept',
    ['Receiver', 'At (UTC)', 'Path', 'Response'],
    refused.map((d) => [
      receiverTitle(d.receiver),
      exactTime(d.at),
      d.path,
      d.responseStatus === 0 ? 'no response' : answerText(d),
    ]),
  );
