import type { DrillRecord } from '../../core/record.ts';
import { replacementPlace } from '../replacements.ts';
import { count } from '../text.ts';
import { html, type Markup, section, table } from './markup.ts';

/** What a drill could not use of the user's files, folded. */
export function replacements({ replacements: all = [] }: DrillRecord): Markup | undefined {
  if (all.length === 0) return undefined;
  const any = (text: string): Markup => html`<span class="any">${text}</span>`;
  return section(
    'Replacements',
    html`<p class="note">What the drill could not use of your files. Everything else was used as it is written, but for addresses and the pace.</p>`,
    html`<details class="more"><summary>${count(all.length, 'replacement')} in your files</summary>${table(
      'What was replaced in your files, and why',
      ['Where', 'What', 'Why'],
      all.map((one) => [any(replacementPlace(one)), any(one.what), any(one.why)]),
    )}</details>`,
  );
}
