import { formNotJudged, receiverKinds } from '../../core/receivers/receivers.ts';
import type { DrillRecord, Page } from '../../core/record.ts';
import { originOf, receiverTitle } from '../facts.ts';
import { exactTime, pretty, relative } from '../text.ts';
import { mailShown } from './email/mail.ts';
import { html, link, type Markup, marked } from './markup.ts';

/** The status in the vendor's words. */
const statusWord = ({ receiver, status }: Page): string =>
  (status === 'firing' ? receiverKinds[receiver].firingWord : undefined) ?? status;

/** The contact point's name, if it differs from its kind. */
const through = ({ receiver, contactPoints = [] }: Page): Markup | '' => {
  const named = contactPoints.filter((name) => name.toLowerCase() !== receiver);
  return named.length > 0 ? html`<span class="through">${named.join(' or ')}</span>` : '';
};

/** A page as a card: its text, labels and links, and the payload as received. */
export function pageCard(record: DrillRecord, page: Page, traceId?: string): Markup {
  const { receiver, status, alert, labels, annotations, title, text, receivedAt, links } = page;
  const since = relative(receivedAt - originOf(record));
  const said = text ?? annotations.description ?? annotations.summary;
  const delivery = record.deliveries[page.delivery];
  const chips = Object.entries(labels).map(
    ([name, value]) => html`<span class="chip">${name}=${marked(value, traceId)}</span> `,
  );
  return html`<div class="page ${receiver} ${status}">
<p class="from"><span class="to">${receiverTitle(receiver)}</span>${through(page)}<span class="pill ${status}">${statusWord(page)}</span><span class="when">${since} · ${exactTime(receivedAt)}</span></p>
<h3>${title || annotations.summary || alert || 'a message without a title'}</h3>
${(delivery && mailShown(delivery)) ?? (said && html`<p class="pre">${marked(said, traceId)}</p>`)}
<p>${chips}</p>
${page.shown === false && html`<p class="note">The message was sent for ${alert} as well, and does not show it.</p>`}
${receiverKinds[receiver].unjudged && html`<p class="note">Arrived; ${formNotJudged(receiver)}.</p>`}
${links.map((url) => html`<p class="links">${link(url, marked(url, traceId))}</p>`)}
${delivery && html`<details><summary>payload</summary><pre>${marked(pretty(delivery.body), traceId)}</pre></details>`}
</div>
`;
}
