import type { AlertEvidence, DrillRecord, Hop } from '../../core/record.ts';
import { failures, type HopStep, isFiringHop, subjectOf, waySteps } from '../facts.ts';
import { faultWords } from '../fault-words.ts';
import { relative, span } from '../text.ts';
import { html, type Markup, section } from './markup.ts';

/** The hops of an alert as a chain: when each one was reached, and where the alert failed. */
export function way(record: DrillRecord, alert: AlertEvidence): Markup {
  const steps = waySteps(record, alert);
  const failedAt = failures(record).find((f) => subjectOf(f.verdicts[0]).alert === alert.alert)?.autopsy?.hop;
  const chain = (label: string, list: readonly HopStep[]) =>
    html`<ol class="way" style="flex-grow:${list.length}" aria-label="${label}">${list.map((step) => node(step, failedAt))}</ol>`;
  const there = steps.filter((s) => isFiringHop(s.name));
  const back = steps.filter((s) => !isFiringHop(s.name));
  return section(
    `From the fault to the page: ${alert.alert}`,
    html`<p class="note">Each hop is a step of the alert on its way. Times are since ${faultWords(record).began}.</p>`,
    html`<div class="ways">${chain('from the fault to the page', there)}${chain('from the revert to the resolved page', back)}</div>`,
  );
}

function node(step: HopStep, failedAt: Hop['name'] | undefined): Markup {
  const reached = step.sinceMs !== undefined;
  const failed = step.name === failedAt;
  const state = failed ? 'dead' : reached ? 'reached' : 'unreached';
  const took = step.tookMs === undefined ? '' : `took ${span(step.tookMs)}`;
  const when = step.sinceMs === undefined ? (failed ? 'failed' : 'not reached') : relative(step.sinceMs);
  return html`<li class="${state}"><span class="dot" aria-hidden="true">${failed ? '✗' : step.number}</span><span class="name">${step.name}</span><span class="when">${when}</span><span class="took">${took}</span></li>`;
}
