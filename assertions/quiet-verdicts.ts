import { answerText } from '../core/deliveries.ts';
import { humanDuration } from '../core/duration.ts';
import { labelsText } from '../core/labels.ts';
import type { Delivery, Unjudged } from '../core/record.ts';
import type { PendingOnlyExpectation } from '../core/scenario.ts';
import { autopsy } from './autopsy.ts';
import { refusalMeaning } from './causes/delivery.ts';
import { faultTimes } from './fault-times.ts';
import type { Finding } from './finding.ts';
import { leftAlerts } from './nothing-left.ts';
import { otherPages } from './other-pages.ts';
import { refusedMessages, undelivered } from './refused-messages.ts';

/** Judges that the alert became pending and did not fire. */
export function pendingOnly(record: Unjudged, expectation: PendingOnlyExpectation): Finding {
  const { alert } = expectation;
  const { injectedAt = Number.POSITIVE_INFINITY, firstHitAt = injectedAt } = record.faultWindow ?? {};
  const found = (record.evidence?.alerts ?? []).filter((evidence) => evidence.alert === alert);
  const fired = found.flatMap(({ firing }) => firing);
  const pages = record.pages.filter((page) => page.alert === alert && page.status === 'firing');
  const since = (at: number) =>
    `${humanDuration(at - firstHitAt)} after ${faultTimes(record.scenario).first}`;
  const [first] = fired;
  if (first || pages.length > 0) {
    const at = first?.from ?? pages[0]?.receivedAt ?? Number.NaN;
    const evidence = fired.map(
      ({ labels, from, to }) =>
        `firing {${labelsText(labels)}} for ${humanDuration(to - from)}, ${since(from)}`,
    );
    return { outcome: 'fail', message: `it fired, ${since(at)}`, evidence };
  }
  const left = leftAlerts(record);
  // Records of version 2 do not have the alerts that were active at the end.
  if (!left && record.version > 2) {
    return {
      outcome: 'broken',
      message: 'it was not recorded whether the alert was still pending',
      evidence: [],
    };
  }
  const still = left?.find((one) => one.alert === alert);
  if (still) {
    const { forMs } = found.find(({ rule }) => rule)?.rule ?? {};
    const held = forMs === undefined ? '' : `; its \`for\` is ${humanDuration(forMs)}`;
    return {
      outcome: 'fail',
      message: `it was still ${still.state} at the end: it would have fired later`,
      evidence: [`${still.state} {${labelsText(still.labels)}}${sinceText(still.since, since)}${held}`],
    };
  }
  const [pending] = found.flatMap((one) => one.pending).filter(({ from }) => from >= injectedAt);
  if (pending) {
    const evidence = [
      `pending {${labelsText(pending.labels)}} for ${humanDuration(pending.to - pending.from)}`,
    ];
    return { outcome: 'pass', message: `pending ${since(pending.from)}, never firing`, evidence };
  }
  const post = autopsy(record, expectation);
  return {
    outcome: 'fail',
    message: 'it never became pending: it did not notice the fault',
    evidence: [],
    ...(post ? { autopsy: post } : {}),
  };
}

const sinceText = (at: number | undefined, text: (at: number) => string) =>
  at === undefined ? '' : ` since ${text(at)}`;

/** Judges that nobody was paged except as the scenario expects. */
export function noOtherPage(record: Unjudged): Finding {
  const others = otherPages(record);
  if (others.length === 0)
    return refusedFinding(record) ?? undeliveredFinding(record) ?? unknownHostFinding(record);
  const evidence = others.map(
    ({ page, why }) =>
      `${new Date(page.receivedAt).toISOString()} ${page.receiver}: ${page.status} ${page.alert || '(no alert name)'} {${labelsText(page.labels)}}: ${why}`,
  );
  const [one] = others;
  const name = one
    ? `${one.page.alert || 'a page without alert name'} at ${one.page.receiver}: ${one.why}`
    : '';
  const more = others.length > 1 ? ` (and ${others.length - 1} more)` : '';
  return { outcome: 'fail', message: `${name}${more}`, evidence };
}

/** @returns `undefined` when every refused message is explained. */
function refusedFinding(record: Unjudged): Finding | undefined {
  const refused = refusedMessages(record);
  const [one] = refused;
  if (!one) return undefined;
  const receivers = [...new Set(refused.map(({ receiver }) => receiver))].join(' and ');
  const times = refused.length > 1 ? ` (and ${refused.length - 1} more)` : '';
  return {
    outcome: 'fail',
    message: `${receivers} refused a message, ${answerText(one)}${times}: it is for somebody else there, or a part of the contact point does not work`,
    evidence: [
      ...[...new Map(refused.toReversed().map((one) => [deliveryText(one), one])).values()]
        .toReversed()
        .map((one) => `${new Date(one.at).toISOString()} ${one.receiver} ${one.path}: ${deliveryText(one)}`),
      ...new Set(refused.flatMap(refusalMeaning)),
    ],
  };
}

/** @returns `undefined` when every notification was delivered, or its loss is reported by another check. */
function undeliveredFinding(record: Unjudged): Finding | undefined {
  const lost = undelivered(record);
  if (lost.length === 0) return undefined;
  return {
    outcome: 'fail',
    message: 'somebody was to be paged, and the page could not be delivered',
    evidence: lost,
  };
}

/** Text of a refused delivery. Deliveries with the same text are shown once. */
const deliveryText = (delivery: Delivery): string =>
  `${answerText(delivery)}: ${(delivery.message?.text ?? delivery.body).slice(0, 200)}`;

/** Hosts that Grafana itself contacts for news and plug-ins. No page goes there. */
const grafanaHosts = /(^|\.)grafana\.(com|net|org)(:|$)/;

/** Fails when a component tried to reach a host that is not emulated: in production, the page would wake somebody. */
function unknownHostFinding({ evidence, faultWindow }: Unjudged): Finding {
  const { injectedAt = Number.NEGATIVE_INFINITY } = faultWindow ?? {};
  const left = (evidence?.refusedHosts ?? []).filter(
    ({ at, target }) => at >= injectedAt && !grafanaHosts.test(target),
  );
  if (left.length === 0) return { outcome: 'pass', message: 'no other page arrived', evidence: [] };
  const hosts = [...new Set(left.map(({ target }) => target))].join(', ');
  return {
    outcome: 'fail',
    message: `a page may have left for ${hosts}, which no receiver stands for`,
    evidence: left.map(({ at, target, reason }) => `${new Date(at).toISOString()} ${target}: ${reason}`),
  };
}
