import type { Page, Unjudged } from '../core/record.ts';

const keys = ['runbook', 'runbook_url'] as const;

/**
 * The links of a page that lead to a runbook: its annotation `runbook` or `runbook_url`, and of the links in
 * the message those that the rule names in such an annotation, or that speak of a runbook. A page has other
 * links, such as Alertmanager's own, which open whether there is a runbook or not.
 */
export function runbookLinks(record: Pick<Unjudged, 'evidence'>, page: Page): string[] {
  const ruled = (record.evidence?.alerts ?? [])
    .filter(({ alert }) => alert === page.alert)
    .flatMap(({ rule }) => keys.map((key) => rule?.annotations[key]));
  const own = keys.flatMap((key) => page.annotations[key] ?? []);
  const linked = page.links.filter((link) => ruled.includes(link) || link.toLowerCase().includes('runbook'));
  return [...new Set([...own, ...linked])].filter((link) => URL.canParse(link));
}
