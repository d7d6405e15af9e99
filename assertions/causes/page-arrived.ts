import { humanDuration } from '../../core/duration.ts';
import { floorFor } from '../../core/floor-for.ts';
import { firingHops, type HopName } from '../../core/hops.ts';
import { labelsText } from '../../core/labels.ts';
import type { AlertEvidence, Floor, FloorTermName } from '../../core/record.ts';
import { whyNobodyNotified } from '../incidents.ts';
import { unnoticedPages } from '../pages.ts';
import { targetOf } from '../targets.ts';
import type { Case, Cause } from './case.ts';
import { relabelled } from './relabelling.ts';

/* Causes for a page that arrived late, or with wrong labels. */

export const labelsDiffer: Cause = {
  hop: 'page received',
  cause: 'a page arrived but its labels did not match',
  evidence: ({ mislabelled, expectation, alert }) =>
    mislabelled && expectation.kind === 'page'
      ? [
          `expected: {${labelsText(expectation.labels)}}`,
          `page at ${new Date(mislabelled.receivedAt).toISOString()}: {${labelsText(mislabelled.labels)}}`,
          ...(mislabelled.notification === undefined ? [] : relabelled(alert, mislabelled.labels)),
        ]
      : undefined,
};

export const joinedIncident: Cause = {
  hop: 'page received',
  cause: 'the page was added to an incident that was open already, which notifies nobody',
  evidence: ({ record, expectation }) =>
    expectation.kind === 'page'
      ? unnoticedPages(record, expectation).map(
          (page) => `page at ${new Date(page.receivedAt).toISOString()}: ${whyNobodyNotified(page)}`,
        )
      : undefined,
};

/** The terms of the floor that explain the time from the previous hop to each hop. */
const termsOfHop: Partial<Record<HopName, readonly FloorTermName[]>> = {
  'telemetry exported': ['export', 'batch', 'expiry', 'ingest'],
  'sample stored': ['scrape', 'query offset'],
  // The hits that the ratio needs beyond the first have to be exported and scraped as well.
  'expression true': ['window', 'recording', 'export', 'batch', 'scrape'],
  pending: ['evaluation'],
  firing: ['for'],
  'page received': ['group wait', 'group interval', 'silence', 'delivery'],
};

/** For Grafana, group_wait already runs while its Alertmanager waits for the evaluation, which the spread delays. */
const termsOfHops = ({ manager }: AlertEvidence) =>
  manager === 'grafana' ? { ...termsOfHop, 'notifier sent': ['spread', 'group wait'] } : termsOfHop;

interface HopDuration {
  readonly name: HopName;
  readonly tookMs: number;
  readonly upToMs: number;
}

/** Returns the duration of each hop since the first request hit, with the part that the configuration explains at most. */
function hopDurations({ alert, expectation, record, late }: Case): HopDuration[] {
  const floor = floorFor(record, expectation)?.detect;
  const found: HopDuration[] = [];
  let before = record.faultWindow?.firstHitAt;
  let terms: string[] = [];
  for (const name of firingHops.slice(firingHops.indexOf('telemetry exported'))) {
    terms = [...terms, ...(termsOfHops(alert)[name] ?? [])];
    const at = name === 'page received' ? late?.receivedAt : alert.hops.find((hop) => hop.name === name)?.at;
    if (at === undefined || before === undefined) continue;
    found.push({ name, tookMs: Math.max(0, at - before), upToMs: worstOf(floor, terms) });
    before = Math.max(at, before);
    terms = [];
  }
  return found;
}

const worstOf = (floor: Floor | undefined, names: readonly string[]) =>
  (floor?.terms ?? []).filter(({ name }) => names.includes(name)).reduce((sum, { worst }) => sum + worst, 0);

/**
 * Returns the hop to shorten: the one that exceeds what the configuration explains by most. If the total is within the
 * floor's worst case, the configuration alone makes the page late, so the longest hop is returned.
 */
const hopToShorten = (alertCase: Case): HopDuration | undefined => {
  const all = hopDurations(alertCase);
  const { worst = 0 } = floorFor(alertCase.record, alertCase.expectation)?.detect ?? {};
  const byConfiguration = all.reduce((sum, { tookMs }) => sum + tookMs, 0) <= worst;
  const excessMs = ({ tookMs, upToMs }: HopDuration) => tookMs - (byConfiguration ? 0 : upToMs);
  return all.toSorted((a, b) => excessMs(b) - excessMs(a))[0];
};

export const arrivedLate: Cause = {
  hop: (alertCase) => hopToShorten(alertCase)?.name ?? 'page received',
  cause: 'the page arrived late',
  evidence: (alertCase) => {
    const { late, expectation, record } = alertCase;
    if (!late || expectation.kind !== 'page') return undefined;
    const floor = floorFor(record, expectation)?.detect;
    const target = targetOf(record, expectation, 'within').ms;
    const slow = hopToShorten(alertCase);
    return [
      ...(slow
        ? [
            `up to "${slow.name}" it took ${humanDuration(slow.tookMs)}${floor ? `; the configuration explains up to ${humanDuration(slow.upToMs)}` : ''}`,
          ]
        : []),
      ...(floor && floor.worst > target
        ? [
            `the target of ${humanDuration(target)} is below the floor's worst case of ${humanDuration(floor.worst)}`,
          ]
        : []),
      ...hopDurations(alertCase).map(({ name, tookMs }) => `${name}: +${humanDuration(tookMs)}`),
    ];
  },
};
