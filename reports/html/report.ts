import type { DrillRecord } from '../../core/record.ts';
import { leadAlert } from '../facts.ts';
import { outcomeWords } from '../story.ts';
import { autopsy } from './autopsy.ts';
import { budgets } from './budgets/budgets.ts';
import { followed } from './followed/followed.ts';
import { followedStyle } from './followed/style.ts';
import { header } from './header.ts';
import { html, Markup } from './markup.ts';
import { notifications } from './notified.ts';
import { pages } from './pages.ts';
import { proofs, refusedHosts } from './proofs.ts';
import { replacements } from './replacements.ts';
import { rules } from './rules.ts';
import { style } from './style.ts';
import { checks, floors, hops, phases, setup } from './tables.ts';
import { telegramStyle } from './telegram/style.ts';
import { timeSpent } from './time-spent.ts';
import { timeline } from './timeline/timeline.ts';
import { way } from './way.ts';

/**
 * report.html: one self-contained file without scripts. Its content security policy forbids loading anything, so that
 * untrusted text in a report could not contact other hosts even if an escape were missed.
 */
export function renderHtml(record: DrillRecord): string {
  const lead = leadAlert(record);
  const { scenario, outcome } = record;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${outcomeWords[outcome]}: ${scenario.title}</title>
<style>${new Markup(style + followedStyle + telegramStyle)}</style></head>
<body><main>
${header(record)}
${autopsy(record)}
${lead && way(record, lead)}
${timeline(record)}
${notifications(record)}
${budgets(record)}
${lead && timeSpent(record, lead)}
${followed(record)}
${checks(record)}
${proofs(record)}
${pages(record)}
${refusedHosts(record)}
${rules(record)}
${hops(record)}
${floors(record)}
${phases(record)}
${replacements(record)}
${setup(record)}
</main></body></html>
`;
  return page.text;
}
