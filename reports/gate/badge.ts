import type { GateOutcome, GateResult } from '../../core/gate.ts';
import { xml } from '../junit.ts';
import { count } from '../text.ts';
import { outcomeWord } from './sentence.ts';

/** White on these has a contrast of at least 4.5 to 1. */
const colours: Record<GateOutcome, string> = {
  green: '#2a7a2f',
  red: '#b3261e',
  broken: '#8a5a00',
  'bad-input': '#8a5a00',
  interrupted: '#5f6368',
};

/** The width of a text of 11 px in the fonts of the badge, at most. */
const widthOf = (text: string): number => Math.ceil(text.length * 7) + 12;

/** A badge for a page about the project, as one SVG file that loads nothing. */
export function gateBadge({
  set,
  outcome,
  pages,
  findings,
}: Pick<GateResult, 'set' | 'outcome' | 'pages'> & { readonly findings: readonly unknown[] }): string {
  const label = set === 'default' ? 'alerting' : `alerting ${set}`;
  const text =
    outcome === 'green'
      ? count(pages.length, 'page')
      : outcome === 'red'
        ? count(findings.length, 'finding')
        : outcomeWord[outcome];
  const [left, right] = [widthOf(label), widthOf(text)];
  const title = xml(`${label}: ${outcomeWord[outcome]}, ${text}`);
  const middle = (from: number, width: number) => from + width / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${title}">
<title>${title}</title>
<rect width="${left + right}" height="20" rx="3" fill="${colours[outcome]}"/>
<path d="M3 0h${left - 3}v20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#444"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
<text x="${middle(0, left)}" y="14">${xml(label)}</text>
<text x="${middle(left, right)}" y="14">${xml(text)}</text>
</g>
</svg>
`;
}
