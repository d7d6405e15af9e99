import type { Delivery, DrillRecord, Page } from '../../core/record.ts';
import { originOf, receiverTitle } from '../facts.ts';
import { exactTime, relative } from '../text.ts';
import { html, link, type Markup, section, table } from './markup.ts';

/** The pages as a person on call would have got them, and what the receivers refused. */
export function pages(record: DrillRecord): Markup {
  const { pages: all, deliveries, runbooks } = record;
  const refused = deliveries.filter((d) => d.responseStatus < 200 || d.responseStatus > 299);
  return section(
    'Pages as received',
    all.length
      ? html`<div class="pages">${all.map((page) => card(record, page))}</div>`
      : html`<p class="note">No page arrived.</p>`,
    refused.length > 0 && [html`<h3>Refused by a receiver</h3>`, refusals(refused)],
    runbooks.length > 0 && [
      html`<h3>Runbooks</h3>`,
      table(
        'Runbooks that pages link to',
        ['Runbook', 'Answer'],
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
    ['Receiver', 'At (UTC)', 'Path', 'Answered'],
    refused.map((d) => [
      receiverTitle(d.receiver),
      exactTime(d.at),
      d.path,
      d.responseStatus === 0 ? 'not at all' : `${d.responseStatus} ${d.responseBody}`,
    ]),
  );

const statusWords: Record<Page['receiver'], Record<Page['status'], string>> = {
  slack: { firing: 'firing', resolved: 'resolved' },
  pagerduty: { firing: 'triggered', resolved: 'resolved' },
  webhook: { firing: 'firing', resolved: 'resolved' },
};

function card(record: DrillRecord, page: Page): Markup {
  const { receiver, status, alert, labels, annotations, title, text, receivedAt, links } = page;
  const since = relative(receivedAt - originOf(record));
  const said = text ?? annotations.description ?? annotations.summary;
  const delivery = record.deliveries[page.delivery];
  const chips = Object.entries(labels).map(
    ([name, value]) => html`<span class="chip">${name}=${value}</span> `,
  );
  return html`<article class="page ${receiver} ${status}">
<p class="from"><span class="to">${receiverTitle(receiver)}</span><span class="pill ${status}">${statusWords[receiver][status]}</span><span class="when">${since} · ${exactTime(receivedAt)}</span></p>
<h3>${title ?? annotations.summary ?? alert}</h3>
${said && html`<p class="pre">${said}</p>`}
<p>${chips}</p>
${links.map((url) => html`<p class="links">${link(url)}</p>`)}
${delivery && html`<details><summary>payload</summary><pre>${pretty(delivery.body)}</pre></details>`}
</article>
`;
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
