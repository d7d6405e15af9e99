import pc from 'picocolors';
import type { DrillRecord } from '../../core/record.ts';
import { ending } from '../../reports/console/ending.ts';
import { renderHtml } from '../../reports/html/report.ts';
import { renderJunit } from '../../reports/junit.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import { unzipped } from './stored-records.ts';

/** Lines of the reports of a record, by report. */
export type Reports = Readonly<Record<string, readonly string[]>>;

export const reportsFile = new URL('stored-reports.json.gz', import.meta.url);

/** Reads the stored reports by the record's name. */
export const storedReports = async (): Promise<Readonly<Record<string, Reports>>> =>
  JSON.parse(await unzipped(reportsFile));

export const reportsOf = (record: DrillRecord): Reports => ({
  console: ending(record, { colours: pc.createColors(false), columns: 120 }),
  'junit.xml': renderJunit(record).split('\n'),
  'summary.md': renderMarkdown(record).split('\n'),
  'report.html': factsIn(renderHtml(record)),
});

/** Returns the texts about outcome, figures, causes and checks in an HTML report, one line for each text. */
function factsIn(html: string): string[] {
  const parts = html.match(
    /<header[\s\S]*?<\/header>|<section class="autopsy[\s\S]*?<\/section>|<section><h2>Checks[\s\S]*?<\/section>/g,
  );
  return (parts ?? []).flatMap((part) =>
    part
      .replace(/<\/?(em|code)>/g, '')
      .split(/<[^>]*>/)
      .map((text) => text.trim())
      .filter((text) => text !== ''),
  );
}

/**
 * Compares reports with the stored ones. Returns each change once: removed and added lines, with all places where the same
 * lines changed.
 */
export function changesOf(
  stored: Readonly<Record<string, Reports>>,
  now: ReadonlyMap<string, DrillRecord>,
): string[] {
  const places = new Map<string, string[]>();
  for (const name of new Set([...Object.keys(stored), ...now.keys()])) {
    const record = now.get(name);
    const [was, is] = [stored[name] ?? {}, record ? reportsOf(record) : {}];
    for (const report of new Set([...Object.keys(was), ...Object.keys(is)])) {
      const change = changed(was[report] ?? [], is[report] ?? []);
      if (change !== '') places.set(change, [...(places.get(change) ?? []), `${name}: ${report}`]);
    }
  }
  return [...places].map(([change, where]) => `${where.join(', ')}\n${change}`);
}

function changed(was: readonly string[], is: readonly string[]): string {
  if (was.join('\n') === is.join('\n')) return '';
  const lines = [
    ...was.filter((line) => !is.includes(line)).map((line) => `  - ${line}`),
    ...is.filter((line) => !was.includes(line)).map((line) => `  + ${line}`),
  ];
  return lines.join('\n') || '  the same lines, in another order or number';
}
