import { receiverKinds } from '../core/receivers/receivers.ts';
import type { Page, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';

/** Values of these labels that say that somebody has to act at once. */
const gradeLabels = ['severity', 'priority'] as const;
const atOnce = /^(?:crit(?:ical)?|blocker|page|pager|emergency|fatal|disaster|urgent|high|(?:p|sev-?)[01])$/i;

/** What an alert's labels say of how urgent it is, e.g. `severity="critical"`; absent: nothing, or not at once. */
function gradeOf(record: Unjudged, page: Page, expectation: PageExpectation): string | undefined {
  const { notifications = [], evidence } = record;
  const sent = page.notification === undefined ? undefined : notifications[page.notification];
  const known = [
    page.labels,
    ...(sent?.alerts ?? [])
      .filter(({ labels }) => labels.alertname === page.alert)
      .map(({ labels }) => labels),
    expectation.labels,
    ...(evidence?.alerts ?? [])
      .filter(({ alert }) => alert === page.alert)
      .flatMap(({ rule }) => (rule ? [rule.labels] : [])),
  ];
  for (const name of gradeLabels) {
    const value = known.find((labels) => labels[name])?.[name];
    if (value !== undefined && atOnce.test(value)) return `${name}=${JSON.stringify(value)}`;
  }
  return undefined;
}

/** Whether a page tells its vendor a severity that notifies with low urgency. */
const isLow = ({ severity, receiver }: Page): boolean => {
  const { highSeverities } = receiverKinds[receiver];
  return severity !== undefined && highSeverities !== undefined && !highSeverities.includes(severity);
};

/**
 * Why a page would disturb nobody at once though it should; `undefined` where it would, or need not.
 *
 * A page has to disturb where the expectation says so, or where it says nothing and a label of the alert does. Not every
 * kind of receiver knows an urgency.
 */
export function tooQuiet(record: Unjudged, page: Page, expectation: PageExpectation): string | undefined {
  if (expectation.urgency === 'low') return undefined;
  if (page.silent) return 'it came without a sound: the contact point has notifications disabled';
  if (!isLow(page)) return undefined;
  const grade = gradeOf(record, page, expectation);
  if (expectation.urgency === undefined && grade === undefined) return undefined;
  const because = grade === undefined ? 'high urgency is expected' : `the alert has ${grade}`;
  return `it would wake nobody: ${receiverKinds[page.receiver].title} was told severity ${JSON.stringify(page.severity)}, which is of low urgency, and ${because}`;
}

/** Of a page that need not disturb, that it does not. */
export const quietNote = (page: Page): string => (page.silent || isLow(page) ? ', with low urgency' : '');
