import type { DrillRecord } from '../../core/record.ts';
import { failures } from '../facts.ts';
import { sentence } from '../text.ts';
import { evidenceLines, html, type Markup } from './markup.ts';

/** The reasons of failures, and the problem that broke the drill, with evidence. */
export const autopsy = (record: DrillRecord): Markup[] => [
  ...problem(record),
  ...failures(record).map(({ verdicts, autopsy: found, evidence }) => {
    const [first] = verdicts;
    return html`<section class="autopsy ${first.outcome}"><h2>Why did it ${first.outcome === 'broken' ? 'break' : 'fail'}?</h2>
<p class="note">${verdicts.length > 1 ? 'Checks' : 'Check'}: ${verdicts.map((v) => v.title).join(' · ')}</p>
<p class="cause">${found ? html`At the hop <em>${found.hop}</em>: ${sentence(found.cause)}` : first.message}</p>
${evidenceLines(evidence, (some) => html`<ul class="evidence">${some.map((line) => html`<li>${line}</li>`)}</ul>`)}</section>\n`;
  }),
];

function problem({ problem: found, teardownFailures }: DrillRecord): Markup[] {
  const left = teardownFailures.map(
    (f) => html`<li><strong>not torn down: ${f.what}</strong> ${f.message}</li>`,
  );
  if (!found && left.length === 0) return [];
  const title = found?.kind === 'interrupted' ? 'Interrupted' : 'What broke';
  const during = found?.phase ? ` during “${found.phase}”` : '';
  const lines = (found?.problems ?? []).map(
    ({ where, message, hint }) =>
      html`<li><strong>${where}</strong> <span class="pre">${message}</span>${hint && html`<br><span class="hint">→ ${hint}</span>`}</li>`,
  );
  return [
    html`<section class="autopsy broken"><h2>${found ? title + during : 'Left behind'}</h2><ul class="evidence">${lines}${left}</ul></section>\n`,
  ];
}
