import type { DrillRecord } from '../../core/record.ts';
import { leadAlert } from '../facts.ts';
import { outcomeWords } from '../story.ts';
import { autopsy } from './autopsy.ts';
import { budgets } from './budgets/budgets.ts';
import { htmlDocument } from './document.ts';
import { followed } from './followed/followed.ts';
import { followedStyle } from './followed/style.ts';
import { header } from './header.ts';
import { html } from './markup.ts';
import { notifications } from './notified.ts';
import { pages } from './pages.ts';
import { proofs, refusedHosts } from './proofs.ts';
import { replacements } from './replacements.ts';
import { rules } from './rules.ts';
import { checks, floors, hops, phases, setup } from './tables.ts';
import { telegramStyle } from './telegram/style.ts';
import { timeSpent } from './time-spent.ts';
import { timeline } from './timeline/timeline.ts';
import { way } from './way.ts';

/** report.html: one self-contained file without scripts. */
export function renderHtml(record: DrillRecord): string {
  const lead = leadAlert(record);
  const { scenario, outcome } = record;
  return htmlDocument(
    `${outcomeWords[outcome]}: ${scenario.title}`,
    followedStyle + telegramStyle,
    html`${header(record)}
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
${setup(record)}`,
  );
}
