import type { DependencyPart } from '../../core/dependencies.ts';
import {
  type Ledger,
  type LedgerAlert,
  type LedgerState,
  ledgerStates,
  shareProven,
} from '../../core/ledger.ts';
import { formNotJudged, receiverKinds } from '../../core/receivers/receivers.ts';
import { floorText } from '../facts.ts';
import { listed, span } from '../text.ts';

/** A share without decimals, rounded down: only all are 100 %. */
export const shareText = (share: number | undefined): string =>
  share === undefined ? '–' : `${Math.floor(100 * share)} %`;

/** The one number of a ledger, e.g. `12 of 31 alerts are proven (38 %)`. */
export function provenText({ alerts }: Ledger): string {
  const proven = alerts.filter(({ state }) => state === 'proven').length;
  const are = alerts.length === 1 ? 'alert is' : 'alerts are';
  return `${proven} of ${alerts.length} ${are} proven (${shareText(shareProven({ alerts }))})`;
}

/** What each state means, for readers who do not know it. */
export const stateMeanings: Readonly<Record<LedgerState, string>> = {
  failed: 'its last drill failed',
  stale: 'its last drill held, but something that it depends on has changed since',
  'never drilled': 'no drill has judged a page of it',
  proven: 'its last drill held, and nothing that it depends on has changed since',
};

const partWords: Readonly<Record<DependencyPart, string>> = {
  rule: 'its rule',
  scrape: 'how its metrics are scraped',
  route: 'its route',
  templates: 'its templates',
  receiver: 'its receiver',
};

/** Why an alert is not proven, or what of a proven one was not judged; empty if there is nothing to say. */
export function whyText({ drill }: LedgerAlert): string {
  if (!drill) return '';
  const { outcome, pages, changed } = drill;
  const failed = pages.filter((page) => page.outcome === 'fail');
  const lost = failed.find(({ lostAt }) => lostAt !== undefined);
  const why = lost
    ? `lost at “${lost.lostAt}”`
    : `${listed([...new Set(failed.flatMap((page) => page.failed))])} failed`;
  const since = listed(changed.map((part) => partWords[part]));
  return [
    ...(outcome === 'fail' ? [why] : []),
    ...(changed.length > 0 ? [`${since} changed since`] : []),
    ...[...new Set(pages.map(({ receiver }) => receiver))]
      .filter((receiver) => receiverKinds[receiver].unjudged)
      .map(formNotJudged),
  ].join('; ');
}

/** The MTTD of each page of the drill that decides; `–` for none. */
export const mttdsText = ({ drill }: LedgerAlert): string =>
  drill ? drill.pages.map(({ mttdMs }) => span(mttdMs)).join(', ') : '–';

/** The floor beside each. */
export const floorsText = ({ drill }: LedgerAlert): string =>
  drill ? drill.pages.map(({ floor }) => (floor ? floorText(floor) : '–')).join(', ') : '–';

/** The alerts in the order of what is to be done, then by name. */
export const inOrder = ({ alerts }: Ledger): LedgerAlert[] =>
  alerts.toSorted(
    (a, b) => ledgerStates.indexOf(a.state) - ledgerStates.indexOf(b.state) || (a.alert < b.alert ? -1 : 1),
  );
