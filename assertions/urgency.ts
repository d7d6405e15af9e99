import { receiverKinds } from '../core/receivers/receivers.ts';
import type { Page, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';

/** Labels that state the urgency of an alert, and the values that demand an immediate reaction. */
const urgencyLabels = ['severity', 'priority'] as const;
const urgentValue =
  /^(?:crit(?:ical)?|blocker|page|pager|emergency|fatal|disaster|urgent|high|(?:p|sev-?)[01])$/i;

/** Returns the label that makes an alert urgent, e.g. `severity="critical"`; `undefined` when no label does. */
function urgencyLabelOf(record: Unjudged, page: Page, expectation: PageExpectation): string | undefined {
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
  for (const name of urgencyLabels) {
    const value = known.find((labels) => labels[name])?.[name];
    if (value !== undefined && urgentValue.test(value)) return `${name}=${JSON.stringify(value)}`;
  }
  return undefined;
}

/** Whether the page's severity makes its vendor notify with low urgency. */
const isLowUrgency = ({ severity, receiver }: Page): boolean => {
  const { highSeverities } = receiverKinds[receiver];
  return severity !== undefined && highSeverities !== undefined && !highSeverities.includes(severity);
};

/** Whether the page's severity makes its vendor notify with high urgency. */
const isHighUrgency = ({ severity, receiver }: Page): boolean => {
  const { highSeverities } = receiverKinds[receiver];
  return highSeverities !== undefined && (severity === undefined || highSeverities.includes(severity));
};

/**
 * Returns why an urgent page would not disturb anybody, or a page of low urgency would; `undefined` when neither is so.
 *
 * A page must disturb somebody if the expectation demands high urgency, or if it demands nothing and a label of the alert
 * is urgent. Some kinds of receivers have no urgency.
 */
export function whyWrongUrgency(
  record: Unjudged,
  page: Page,
  expectation: PageExpectation,
): string | undefined {
  const severity = page.severity === undefined ? 'no severity' : `severity ${JSON.stringify(page.severity)}`;
  const told = `${receiverKinds[page.receiver].title} was told ${severity}`;
  if (expectation.urgency === 'low') {
    return isHighUrgency(page)
      ? `it would wake somebody: ${told}, which is of high urgency, and low urgency is expected`
      : undefined;
  }
  if (page.silent) return 'it came without a sound: the contact point has notifications disabled';
  if (!isLowUrgency(page)) return undefined;
  const grade = urgencyLabelOf(record, page, expectation);
  if (expectation.urgency === undefined && grade === undefined) return undefined;
  const because = grade === undefined ? 'high urgency is expected' : `the alert has ${grade}`;
  return `it would wake nobody: ${told}, which is of low urgency, and ${because}`;
}

/** A note for a page that does not disturb anybody and need not. */
export const lowUrgencyNote = (page: Page): string =>
  page.silent || isLowUrgency(page) ? ', with low urgency' : '';
