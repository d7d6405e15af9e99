import type { DrillRecord, Verdict } from '../../core/record.ts';
import { failures, isArrival, isResolution, receiverTitle, subjectOf } from '../facts.ts';
import { stackText } from '../stack-text.ts';
import { outcomeWords, story } from '../story.ts';
import { dateTime, span } from '../text.ts';
import { html, type Markup, type MarkupPart } from './markup.ts';

const marks: Record<DrillRecord['outcome'], string> = {
  pass: '✓',
  fail: '✗',
  broken: '!',
  'bad-input': '!',
  interrupted: '■',
};

/** Title, outcome, a summary in a few sentences, and the main figures. */
export function header(record: DrillRecord): Markup {
  const { scenario, outcome, pace, stack, startedAt, id } = record;
  const speed = pace.factor === 1 ? `${pace.name} pace` : `${pace.name} pace, durations ÷ ${pace.factor}`;
  return html`<header class="${outcome}">
<p class="meta"><strong>firedrill</strong> · ${scenario.name} · ${dateTime(startedAt)} · ${speed} · ${stackText(stack)} · <span class="id">${id}</span></p>
<div class="top"><div class="lead">
<p class="badge ${outcome}"><span aria-hidden="true">${marks[outcome]}</span> ${outcomeWords[outcome]}</p>
<h1>${scenario.title}</h1>
<p class="summary">${scenario.summary}</p>
<p class="story">${story(record).join(' ')}</p>
</div><dl class="figures">${figures(record)}</dl></div>
</header>
`;
}

const figure = (name: string, value: string, more: MarkupPart, tone = ''): Markup =>
  html`<div class="${tone}"><dt>${name}</dt><dd><strong>${value}</strong><span>${more}</span></dd></div>`;

function figures(record: DrillRecord): Markup[] {
  const { verdicts, faultWindow, phases, scenario } = record;
  const { hits } = scenario.fault;
  const failing = failures(record).map((f) => f.verdicts[0]);
  const lead = failing.find(isArrival) ?? verdicts.find(isArrival);
  const resolved = verdicts.find((v) => isResolution(v) && v.measuredMs !== undefined);
  const passed = verdicts.filter((v) => v.outcome === 'pass').length;
  const judged = verdicts.some((v) => v.outcome !== 'broken');
  const last = phases.findLast((phase) => phase.outcome === 'failed');
  return [
    ...(lead && lead.outcome !== 'broken' ? [timed('Time to page', lead, 'no page')] : []),
    ...(resolved ? [timed('Time to resolve', resolved, 'not resolved')] : []),
    ...(faultWindow && hits
      ? [
          figure(
            'Requests hit by the fault',
            `${faultWindow.hits}`,
            `of ${faultWindow.requests} ${hits.journey} requests`,
          ),
        ]
      : []),
    ...(judged
      ? [
          figure(
            'Checks passed',
            `${passed}`,
            `of ${verdicts.length}`,
            passed === verdicts.length ? 'good' : 'bad',
          ),
        ]
      : []),
    ...(last && !judged
      ? [figure('Ended in', last.name, `after ${span(last.endedAt - record.startedAt)}`, 'warn')]
      : []),
  ];
}

function timed(name: string, verdict: Verdict, never: string): Markup {
  const { measuredMs, targetMs, floor, outcome } = verdict;
  const at = subjectOf(verdict).receiver;
  const more = [
    ...(at ? [`at ${receiverTitle(at)}`] : []),
    ...(targetMs === undefined ? [] : [`target ${span(targetMs)}`]),
    ...(floor ? [`floor ${span(floor.best)} to ${span(floor.worst)}`] : []),
  ].join(' · ');
  return figure(
    name,
    measuredMs === undefined ? never : span(measuredMs),
    more,
    outcome === 'pass' ? 'good' : 'bad',
  );
}
