import { mainPair, metaPair } from '../../configuration/files/pairs.ts';
import { switchAlert } from '../../core/dead-mans-switch.ts';
import { humanDuration } from '../../core/duration.ts';
import type { DrillRecord, Verdict } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';
import { prepareFault } from '../../systems/faults.ts';

/** Whether a scenario breaks a part of the monitoring. */
export const breaksMonitoring = (scenario: Scenario): boolean =>
  (prepareFault(scenario).needs.components ?? []).length > 0;

/**
 * Who is told of each failing part of the monitoring, as a table in Markdown.
 *
 * @param records the newest record of each scenario that breaks a part of the monitoring; others are left out.
 */
export function watchersTable(records: readonly DrillRecord[]): string {
  const rows = records.filter(({ scenario }) => breaksMonitoring(scenario)).flatMap(rowsOf);
  return [
    '| what fails | scenario | who is told | by which path | told after | at most | back to normal told after |',
    '|---|---|---|---|---|---|---|',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

function rowsOf(record: DrillRecord): string[][] {
  const { scenario, verdicts } = record;
  const what = prepareFault(scenario).description;
  const arrivals = verdicts.filter(({ check }) => check === 'arrives');
  return arrivals.map((arrival) => {
    const resolved = verdicts.find(
      ({ check, expectation }) => check === 'resolved' && expectation === arrival.expectation,
    );
    return [
      what,
      `\`${scenario.name}\``,
      `\`${arrival.alert}\` at ${arrival.receiver}`,
      pathOf(record, arrival),
      timeOf(arrival, 'nobody'),
      arrival.targetMs === undefined ? '–' : humanDuration(arrival.targetMs),
      resolved ? timeOf(resolved, 'never') : '–',
    ];
  });
}

/** A time that did not hold its target is marked. */
const timeOf = ({ measuredMs, outcome }: Verdict, otherwise: string): string =>
  measuredMs === undefined
    ? `**${otherwise}**`
    : outcome === 'pass'
      ? humanDuration(measuredMs)
      : `**${humanDuration(measuredMs)}**`;

function pathOf({ evidence }: DrillRecord, { alert, receiver }: Verdict): string {
  if (alert === switchAlert) return `the dead-man's switch → ${receiver}`;
  const found = evidence?.alerts.find((one) => one.alert === alert);
  if (found?.manager === 'grafana') return `grafana → ${receiver}`;
  const isMeta = found?.rule?.file.includes(`${metaPair.prometheus}/`);
  const { prometheus, alertmanager } = isMeta ? metaPair : mainPair;
  return `${prometheus} → ${alertmanager} → ${receiver}`;
}

const begin = '<!-- measured: npm run watchers -->';
const end = '<!-- end -->';

/** The page with the table between its marks. @throws Error if the page has no marks. */
export function withTable(page: string, table: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no marks ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${table}\n\n${page.slice(to)}`;
}
