import type { Page, Unjudged } from '../core/record.ts';

const keys = ['runbook', 'runbook_url'] as const;

/**
 * The links of a page that lead to a runbook: its annotation `runbook` or `runbook_url`, and of the links in
 * the message those that the rule names in such an annotation, or that speak of a runbook. A page has other
 * links, such as Alertmanager's own, which open whether there is a runbook or not.
 */
export function runbookLinks(record: Pick<Unjudged, 'evidence'>, page: Page): string[] {
  const ruled = ruledLinks(record, page);
  const own = keys.flatMap((key) => page.annotations[key] ?? []);
  const linked = page.links.filter((link) => ruled.includes(link) || link.toLowerCase().includes('runbook'));
  return [...new Set([...own, ...linked])].filter((link) => URL.canParse(link));
}

/**
 * The runbook that the alert's rule names, where the page links none of those that it names. A rule may write a
 * template there, of which only the page shows what became of it.
 */
export function missedRunbook(record: Pick<Unjudged, 'evidence'>, page: Page): string | undefined {
  const ruled = ruledLinks(record, page);
  const links = runbookLinks(record, page);
  if (ruled.some((link) => link.includes('{{') || links.includes(link))) return undefined;
  return ruled.find((link) => URL.canParse(link));
}

const ruledLinks = ({ evidence }: Pick<Unjudged, 'evidence'>, page: Page): string[] =>
  (evidence?.alerts ?? [])
    .filter(({ alert }) => alert === page.alert)
    .flatMap(({ rule }) => keys.flatMap((key) => rule?.annotations[key] ?? []));
