import { humanDuration } from '../../core/duration.ts';
import { floorFor } from '../../core/floor-for.ts';
import { firingHops, type HopName } from '../../core/hops.ts';
import type { AlertEvidence, Floor, FloorTermName } from '../../core/record.ts';
import { labelsText } from '../labels-text.ts';
import { targetOf } from '../targets.ts';
import type { Case, Cause } from './case.ts';
import { relabelled } from './relabelled.ts';

/* Causes of a page that did arrive. */

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

/** Which terms of the floor explain the time up to each hop since the one before. */
const explained: Partial<Record<HopName, readonly FloorTermName[]>> = {
  'telemetry exported': ['export', 'batch', 'expiry', 'ingest'],
  'sample stored': ['scrape', 'query offset'],
  // The hits that the ratio needs beyond the first have to be exported and scraped as well.
  'expression true': ['window', 'recording', 'export', 'batch', 'scrape'],
  pending: ['evaluation'],
  firing: ['for'],
  'page received': ['group wait', 'group interval', 'delivery'],
};

/** Grafana's Alertmanager is told late by as much as rules are spread, in which group_wait runs. */
const explainedOf = ({ manager }: AlertEvidence) =>
  manager === 'grafana' ? { ...explained, 'notifier sent': ['spread', 'group wait'] } : explained;

interface Leg {
  readonly name: HopName;
  readonly tookMs: number;
  readonly upToMs: number;
}

/** The legs of the way from the first request hit, each with what the configuration explains at worst. */
function legs({ alert, expectation, record, late }: Case): Leg[] {
  const floor = floorFor(record, expectation)?.detect;
  const found: Leg[] = [];
  let before = record.faultWindow?.firstHitAt;
  let terms: string[] = [];
  for (const name of firingHops.slice(firingHops.indexOf('telemetry exported'))) {
    terms = [...terms, ...(explainedOf(alert)[name] ?? [])];
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
 * The leg to shorten: the one that took most beyond what the configuration explains. A page within the
 * floor's worst case is late by its configuration alone, however little some other leg took too long; then
 * it is the longest.
 */
const slowest = (of: Case): Leg | undefined => {
  const all = legs(of);
  const { worst = 0 } = floorFor(of.record, of.expectation)?.detect ?? {};
  const byConfiguration = all.reduce((sum, { tookMs }) => sum + tookMs, 0) <= worst;
  const blame = ({ tookMs, upToMs }: Leg) => tookMs - (byConfiguration ? 0 : upToMs);
  return all.toSorted((a, b) => blame(b) - blame(a))[0];
};

export const arrivedLate: Cause = {
  hop: (of) => slowest(of)?.name ?? 'page received',
  cause: 'the page arrived late',
  evidence: (of) => {
    const { late, expectation, record } = of;
    if (!late || expectation.kind !== 'page') return undefined;
    const floor = floorFor(record, expectation)?.detect;
    const target = targetOf(record, expectation, 'within').ms;
    const slow = slowest(of);
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
      ...legs(of).map(({ name, tookMs }) => `${name}: +${humanDuration(tookMs)}`),
    ];
  },
};
