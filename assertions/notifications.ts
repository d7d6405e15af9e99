import { humanDuration } from '../core/duration.ts';
import { evidenceOf } from '../core/expected-alerts.ts';
import { type Labels, labelsKey, labelsText } from '../core/labels.ts';
import { paced } from '../core/pace.ts';
import type { Page, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import { timerToleranceMs } from './causes/group-interval.ts';
import { countText, type Finding } from './finding.ts';
import { repeatToleranceMs } from './other-pages.ts';
import { lineOf, noPageFinding } from './page-verdicts.ts';
import { messagesFor, resolutionOf, unnoticedPages } from './pages.ts';

/** The pages of one message that count for the expectation; there is at least one. */
type Message = readonly [Page, ...Page[]];

/** What one of the demands found. */
interface Part extends Pick<Finding, 'outcome' | 'message'> {
  /** Why it is not met, where another demand may not be met for the same reason. */
  readonly why?: string;
}

interface Sent {
  readonly record: Unjudged;
  readonly expectation: PageExpectation;
  /** In order of arrival. */
  readonly messages: readonly [Message, ...Message[]];
}

/**
 * Judges the firing notifications of an alert at its receiver: how many came, how many alerts the first one lists, and the
 * time between repetitions.
 */
export function notifications(record: Unjudged, expectation: PageExpectation): Finding {
  const [first, ...rest] = messagesFor(record, expectation).flatMap(([page, ...more]): Message[] =>
    page ? [[page, ...more]] : [],
  );
  if (!first) return noPageFinding;
  const sent: Sent = { record, expectation, messages: [first, ...rest] };
  const { atMost, atLeast, alertsInOne, repeatsEvery } = expectation.notifications ?? {};
  const parts = [
    ...(atMost === undefined && atLeast === undefined ? [] : [countPart(sent, { atMost, atLeast })]),
    ...(alertsInOne === undefined ? [] : [groupPart(sent, alertsInOne)]),
    ...(repeatsEvery === undefined ? [] : [repeatPart(sent, paced(repeatsEvery, record.pace))]),
  ];
  const outcome =
    (['fail', 'broken'] as const).find((bad) => parts.some((part) => part.outcome === bad)) ?? 'pass';
  const said = parts.filter((part) => part.outcome === outcome);
  const why = [...new Set(said.flatMap((part) => part.why ?? []))];
  return {
    outcome,
    message: [said.map(({ message }) => message).join('; '), ...why].join(': '),
    evidence: [...sent.messages.map(messageText), ...unnoticedPages(record, expectation).map(unnoticedText)],
  };
}

const messageText = ([page, ...more]: Message): string =>
  `${lineOf(page)}${more.length > 0 ? `, and ${more.length} more: ${more.map(({ labels }) => `{${labelsText(labels)}}`).join(', ')}` : ''}`;

const unnoticedText = (page: Page): string => `${lineOf(page)}: notified nobody`;

function countPart(
  sent: Sent,
  {
    atMost = Number.POSITIVE_INFINITY,
    atLeast = 0,
  }: { readonly atMost: number | undefined; readonly atLeast: number | undefined },
): Part {
  const { length } = sent.messages;
  const came = `${countText(length, 'notification')} came`;
  if (length < atLeast) return { outcome: 'fail', message: `${came}, expected at least ${atLeast}` };
  if (length <= atMost) return { outcome: 'pass', message: came };
  return { outcome: 'fail', message: `${came}, expected at most ${atMost}`, why: furtherText(sent) };
}

/** Why there was more than one notification. */
function furtherText(sent: Sent): string {
  const { messages } = sent;
  const split = labelsThatSplit(sent);
  if (split.length > 0) return splitText(split);
  const seen = new Map<string, number | undefined>();
  const reasons = messages.map((message) => {
    const isNew = message.some(({ labels }) => !seen.has(labelsKey(labels)));
    const isRepeat = message.every(({ labels, startsAt }) => seen.get(labelsKey(labels)) === startsAt);
    for (const { labels, startsAt } of message) seen.set(labelsKey(labels), startsAt);
    return isNew
      ? 'listed another alert'
      : isRepeat
        ? 'repeated one before'
        : 'came because the alert fired again';
  });
  const [, ...further] = reasons;
  return [...Map.groupBy(further, (reason) => reason)]
    .map(([reason, { length }]) => `${length} ${reason}`)
    .join(', ');
}

/** Returns the distinct alerts in messages. */
const alertsIn = (messages: readonly Message[]): Labels[] => [
  ...new Map(messages.flat().map(({ labels }) => [labelsKey(labels), labels])).values(),
];

/** Returns the labels by which the route groups and in which the alerts of different messages differ. */
function labelsThatSplit({ record, expectation, messages }: Sent): string[] {
  const groupBy = evidenceOf(record, expectation)?.route?.groupBy ?? [];
  const alerts = alertsIn(messages);
  const names = groupBy.includes('...') ? [...new Set(alerts.flatMap(Object.keys))] : groupBy;
  return names.filter((name) => new Set(alerts.map((labels) => labels[name] ?? '')).size > 1);
}

const splitText = (labels: readonly string[]): string =>
  `group_by names ${labels.join(', ')}, in which the alerts differ`;

function groupPart(sent: Sent, wanted: number): Part {
  const { record, expectation, messages } = sent;
  const inFirst = alertsIn(messages.slice(0, 1)).length;
  if (inFirst >= wanted) {
    return { outcome: 'pass', message: `the first one lists ${countText(inFirst, 'alert')}` };
  }
  const all = alertsIn(messages).length;
  const hidden = hiddenInFirst(sent);
  const lists = `the first one lists ${countText(inFirst, 'alert')} of ${all}, expected ${wanted}`;
  const split = labelsThatSplit(sent);
  const { groupWaitMs } = evidenceOf(record, expectation)?.route ?? {};
  const wait = groupWaitMs === undefined ? '' : `, and group_wait is ${humanDuration(groupWaitMs)}`;
  const why =
    hidden > 0
      ? `it was sent for ${hidden} more and does not show them`
      : split.length > 0
        ? splitText(split)
        : all < wanted
          ? 'no other alert of it was notified'
          : `the others were notified later${wait}`;
  return { outcome: 'fail', message: lists, why };
}

/** Returns how many alerts of this name the first message was sent for and does not show. */
const hiddenInFirst = ({ record, messages: [[first]] }: Sent): number =>
  record.pages.filter(
    ({ delivery, alert, status, shown }) =>
      delivery === first.delivery && alert === first.alert && status === 'firing' && shown === false,
  ).length;

/**
 * Alertmanager, also Grafana's, repeats a notification at the first flush of its group after `repeat_interval`, so up to one
 * `group_interval` later. A notification of other alerts than the one before is no repetition.
 */
function repeatPart({ record, expectation, messages }: Sent, everyMs: number): Part {
  const { route, rule } = evidenceOf(record, expectation) ?? {};
  if (!route)
    return { outcome: 'broken', message: 'its route is not known, and so not how late a repeat may be' };
  const longestMs = everyMs + route.groupIntervalMs + (rule?.intervalMs ?? 0) + timerToleranceMs;
  const groups = [...Map.groupBy(messages, ([page]) => groupOf(record, page)).values()];
  const gaps = groups.flatMap((own) =>
    own.slice(1).flatMap((message, i) => gapBefore(record, message, own[i])),
  );
  const quiet = groups.map((own) => quietAfter(record, own.at(-1)));
  const wrong = [
    ...gaps.filter((gap) => gap < everyMs - repeatToleranceMs || gap > longestMs),
    ...quiet.filter((gap) => gap > longestMs),
  ];
  const range = `${humanDuration(everyMs)} to ${humanDuration(longestMs)}`;
  if (wrong.length > 0) {
    const { repeatIntervalMs } = route;
    const set =
      repeatIntervalMs === undefined ? '' : `; repeat_interval is ${humanDuration(repeatIntervalMs)}`;
    const what = gaps.some((gap) => wrong.includes(gap)) ? 'it was repeated after' : 'it was not repeated in';
    return {
      outcome: 'fail',
      message: `${what} ${wrong.map(humanDuration).join(', ')}, expected ${range}${set}`,
    };
  }
  if (gaps.length === 0) {
    const message = `it did not fire long enough to be repeated: ${humanDuration(Math.max(...quiet))} after its page, of up to ${humanDuration(longestMs)}`;
    return { outcome: 'broken', message };
  }
  return { outcome: 'pass', message: `it was repeated after ${gaps.map(humanDuration).join(', ')}` };
}

/** A key of the notifier and the group that a message came from. */
const groupOf = (
  { notifications: all = [] }: Unjudged,
  { notification = -1, contactPoints = [] }: Page,
): string => {
  const own = all[notification];
  return JSON.stringify(own ? [own.contactPoint, own.index, own.groupKey] : contactPoints);
};

/** Returns the time since the message before, in milliseconds; empty when the message is no repetition of it. */
function gapBefore(record: Unjudged, [page]: Message, before: Message | undefined): number[] {
  const [earlier] = before ?? [];
  if (!earlier || contentOf(record, earlier) !== contentOf(record, page)) return [];
  return [page.receivedAt - earlier.receivedAt];
}

/** A key of all alerts in the message of a page. */
const contentOf = ({ pages }: Unjudged, { delivery }: Page): string =>
  JSON.stringify(
    pages
      .filter((page) => page.delivery === delivery)
      .map(({ status, alert, labels, startsAt }) => [status, alert, labelsKey(labels), startsAt].join(' '))
      .sort(),
  );

/** Returns for how long after the last message of a group all of its alerts went on firing while the fault lasted, in milliseconds. */
function quietAfter(record: Unjudged, last: Message | undefined): number {
  const [page] = last ?? [];
  if (!last || !page) return 0;
  const ends = last.map((one) => resolutionOf(record, one)?.receivedAt ?? Number.POSITIVE_INFINITY);
  return Math.min(record.faultWindow?.heldUntil ?? page.receivedAt, ...ends) - page.receivedAt;
}
