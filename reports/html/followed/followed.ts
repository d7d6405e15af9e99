import { answerText } from '../../../core/deliveries.ts';
import type { DrillRecord, LogLine, Page } from '../../../core/record.ts';
import { originOf, receiverTitle } from '../../facts.ts';
import { faultWords } from '../../fault-words.ts';
import { type Followed, followedOf } from '../../followed.ts';
import { exactTime, relative } from '../../text.ts';
import { traceQueryOf } from '../../trace-link.ts';
import { html, type Markup, type MarkupPart, marked, section } from '../markup.ts';
import { pageCard } from '../page-card.ts';
import { bubble, isInChat } from '../telegram/chat.ts';
import { tracePart } from './trace-part.ts';

/** Log line, trace and page of one request side by side, linked by the trace id. */
export function followed(record: DrillRecord): Markup | undefined {
  const found = followedOf(record);
  if (!found) return undefined;
  const { hit } = faultWords(record);
  const parts = [
    ...(found.log ? [['log', 'Log line', logPart(found)] as const] : []),
    ...(found.trace ? [['trace', 'Trace', tracePart(found)] as const] : []),
    ...(expectsPage(record) ? [['page', 'Page', pagePart(record, found)] as const] : []),
  ];
  return section(
    hit ? `One ${hit} in logs, traces and pages` : 'The fault in logs, traces and pages',
    joined(record, found),
    html`<div class="followed of-${parts.length}">${parts.map(
      ([id, title, content]) => html`<article id="followed-${id}"><h3>${title}</h3>${content}</article>\n`,
    )}</div>`,
  );
}

/** Where the trace id was searched for, and whether it was found. */
type IdPlace = [id: string, name: string, how: string];

const expectsPage = ({ scenario }: DrillRecord): boolean =>
  scenario.expectations.some(({ kind }) => kind === 'page');

/** The trace id, and links to the places that contain it. */
function joined(record: DrillRecord, found: Followed): Markup {
  const { traceId, log, trace } = found;
  if (traceId === undefined) {
    return html`<p class="amiss">Neither a log line nor a trace has a trace_id, so nothing links them.</p>`;
  }
  const there = (is: boolean) => (is ? '✓' : 'without it');
  const byLink = found.page && traceQueryOf(found.page.links) !== undefined;
  const named = inPage(record, found);
  const places: IdPlace[] = [
    ...(log ? [['log', 'log line', there(log.line?.traceId === traceId)] as IdPlace] : []),
    ...(trace ? [['trace', 'trace', there(trace.trace?.traceId === traceId)] as IdPlace] : []),
    ...(expectsPage(record)
      ? [['page', 'page', named ? '✓' : byLink ? 'links to it' : 'without it'] as IdPlace]
      : []),
  ];
  const shown = places.map(
    ([id, name, how]) =>
      html`<a class="${how === 'without it' ? 'not-there' : 'there'}" href="#followed-${id}">${name} <span>${how}</span></a> `,
  );
  return html`<p class="joined"><span>trace_id <mark>${traceId}</mark></span> <span class="places">${shown}</span></p>`;
}

const inPage = (record: DrillRecord, { page, traceId }: Followed): boolean => {
  const delivery = page && record.deliveries[page.delivery];
  return traceId !== undefined && (delivery?.body.includes(traceId) ?? false);
};

function logPart(found: Followed): MarkupPart {
  const { line, amiss } = found.log ?? {};
  return [amiss !== undefined && html`<p class="amiss">${amiss}</p>`, line && logLine(line, found)];
}

/** Labels with a separate row. */
const known = ['service_name', 'service', 'severity_text', 'level', 'detected_level', 'trace_id', 'span_id'];

function logLine(line: LogLine, { traceId: id, trace }: Followed): Markup {
  const { at, service, severity, text, traceId, spanId, labels } = line;
  const field = (name: string, value: MarkupPart) => html`<dt>${name}</dt><dd>${value}</dd>`;
  const ownId = traceId === undefined ? html`<span class="amiss">none</span>` : marked(traceId, id);
  const toTrace = traceId !== undefined && trace ? html`<a href="#followed-trace">${ownId}</a>` : ownId;
  const all = Object.entries(labels).filter(([name]) => !known.includes(name));
  const failing = all.filter(([name]) => /err|exception|code/i.test(name) && !/stack/i.test(name));
  const rest = all.filter((label) => !failing.includes(label));
  const fields = (of: typeof all) => of.map(([name, value]) => field(name, marked(value, id)));
  return html`<p class="log-text"><span class="severity ${severity.toLowerCase()}">${severity}</span> ${marked(text, id)}</p>
<dl class="fields">${field('time', `${exactTime(at)} UTC`)}${field('service', service)}${field('trace_id', toTrace)}${spanId !== undefined && field('span_id', spanId)}${fields(failing)}</dl>
${rest.length > 0 && html`<details><summary>${rest.length} more labels</summary><dl class="fields">${fields(rest)}</dl></details>`}`;
}

function pagePart(record: DrillRecord, found: Followed): MarkupPart {
  const { page, refused, traceId } = found;
  if (refused) {
    return [
      html`<p class="amiss">${receiverTitle(refused.receiver)} refused it.</p>`,
      isInChat(refused)
        ? html`<div class="tg-wall">${bubble(refused)}</div>`
        : html`<pre>${answerText(refused)}</pre>`,
    ];
  }
  if (!page) return html`<p class="amiss">No expected page arrived.</p>`;
  const delivery = record.deliveries[page.delivery];
  return [
    delivery && isInChat(delivery)
      ? [when(record, page), html`<div class="tg-wall">${bubble(delivery, traceId)}</div>`]
      : pageCard(record, page, traceId),
    carries(record, found),
  ];
}

const when = (record: DrillRecord, { receiver, receivedAt }: Page): Markup =>
  html`<p class="note">at ${receiverTitle(receiver)} ${relative(receivedAt - originOf(record))} · ${exactTime(receivedAt)}</p>`;

/** How the person on call gets from the page to the trace. */
function carries(record: DrillRecord, found: Followed): MarkupPart {
  const { traceId, trace, page } = found;
  if (traceId === undefined) return undefined;
  const id = html`<a href="#followed-${trace ? 'trace' : 'log'}">${marked(traceId, traceId)}</a>`;
  if (inPage(record, found)) return html`<p class="note carries">The page contains the trace_id ${id}</p>`;
  const query = traceQueryOf(page?.links ?? []);
  return query === undefined
    ? html`<p class="note carries">The page does not contain the trace_id.</p>`
    : html`<p class="note carries">Its link opens the traces that match <code>${query}</code>; the one shown here is ${id}</p>`;
}
