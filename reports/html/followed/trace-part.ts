import type { Span } from '../../../core/record.ts';
import { ownTimeMs, servicesTo } from '../../../core/spans.ts';
import type { Followed } from '../../followed.ts';
import { span as length } from '../../text.ts';
import { errorOf, statementOf } from '../../trace.ts';
import { html, type Markup, type MarkupPart, marked } from '../markup.ts';
import { waterfall } from './waterfall.ts';

/** The trace as a waterfall, and details of the culprit span. */
export function tracePart({ trace: found, log, traceId }: Followed): MarkupPart {
  const { trace, culprit, amiss } = found ?? {};
  return [
    amiss !== undefined && html`<p class="amiss">${amiss}</p>`,
    trace && [
      html`<p class="note">${culprit ? servicesTo(trace, culprit).join(' → ') : `${trace.spans.length} spans`} · ${log ? html`<a href="#followed-log">${marked(trace.traceId, traceId)}</a>` : marked(trace.traceId, traceId)}</p>`,
      waterfall(trace, culprit),
      culprit
        ? atFault(culprit, ownTimeMs(trace, culprit))
        : html`<p class="amiss">None of its spans is what the scenario's proof looks for.</p>`,
    ],
  ];
}

function atFault(span: Span, own: number): Markup {
  const { attributes, status, name, service, instance } = span;
  const statement = statementOf(span);
  const error = errorOf(span);
  const code = attributes['db.response.status_code'] ?? attributes['error.type'];
  const url = attributes['url.full'] ?? attributes['http.url'];
  const field = (title: string, value: MarkupPart) => html`<dt>${title}</dt><dd>${value}</dd>`;
  return html`<div class="culprit ${status}"><p><strong>${status === 'error' ? 'Failed here' : 'The time went here'}:</strong> ${name}</p>
${error !== undefined && html`<p class="error-text">${error}</p>`}
${statement !== undefined && html`<pre>${statement}</pre>`}
<dl class="fields">${field('service', instance ? `${service} (${instance})` : service)}${field('took', `${length(span.durationMs)}, ${length(own)} of it by itself`)}${url !== undefined && field('address', url)}${code !== undefined && field('code', code)}</dl></div>`;
}
