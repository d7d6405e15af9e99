import { receiverKinds } from '../core/receivers/receivers.ts';
import type { AlertEvidence, Delivery, Page, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import type { Finding } from './finding.ts';
import { agree, countedPage, mislabelledPage, resolutionOf } from './pages.ts';
import { blankLines, gapIn, leftIn, noNumber } from './says-faults.ts';
import { labelPrinted, printedBy, wordsOf } from './says-template.ts';
import { isBlankText, shows, showsWords } from './says-text.ts';

type Rule = NonNullable<AlertEvidence['rule']>;
type Part = NonNullable<Delivery['texts']>[number];
type Texts = Readonly<Record<string, string>>;

/** An alert as its manager has it, as far as that is known. */
interface Sent {
  readonly annotations: Texts;
  readonly labels: Texts;
  /** Whether these are the manager's own words, and not read from the message. */
  readonly exact: boolean;
  readonly rule?: Rule;
  /** Whether the message is written by the manager's own template. */
  readonly byDefault: boolean;
  /** Parts that are there because somebody wrote them into the configuration. */
  readonly writtenFields?: RegExp | undefined;
}

/** Annotations that are written for a person to read, by convention. */
const forPeople = ['summary', 'description', 'message', 'title', 'details'];
/** Annotations that are read by machines: links, queries and what Grafana adds. */
const forMachines = /^(?:run_?book|play_?book|dashboard|query|traces|expr|promql|logql|__)/i;

/**
 * What the rule's annotations say reaches the person, and nothing in the message shows that a template went wrong.
 *
 * At least one of the annotations that are written for people must stand in the message. The manager's own template may
 * leave them all out, as Alertmanager's for Slack does: its message leads to the manager's page of the alert.
 */
export function says(record: Unjudged, expectation: PageExpectation): Finding {
  const page = countedPage(record, expectation) ?? mislabelledPage(record, expectation);
  if (!page) return { outcome: 'fail', message: 'no page arrived to look at', evidence: [] };
  const texts = textsOf(record, page);
  if (!texts) {
    return { outcome: 'broken', message: 'what the message says could not be read', evidence: [] };
  }
  const sent = sentFor(record, page);
  const resolution = resolutionOf(record, page);
  const later = resolution && resolution.delivery !== page.delivery ? resolution : undefined;
  const faults = [
    ...ofAnnotations(sent),
    ...ofLabels(sent),
    ...texts.flatMap((part) => ofText(part, sent)),
    ...(later ? ofResolution(record, later, sent) : []),
  ];
  const reach = reached(texts, sent);
  // What is wrong already when it fires is told once.
  const all = [...new Set([...faults, ...reach.faults])].filter(
    (fault, _, every) => !every.some((other) => fault === whenResolved(other)),
  );
  const evidence = all.length > 0 ? evidenceFor(texts, sent) : reach.evidence;
  if (all.length > 0) return { outcome: 'fail', message: all.join('; '), evidence };
  if (reach.unknown) return { outcome: 'broken', message: reach.message, evidence };
  return { outcome: 'pass', message: reach.message, evidence };
}

const ofResolution = (record: Unjudged, page: Page, whenFiring: Sent): string[] =>
  (textsOf(record, page) ?? []).flatMap((part) =>
    ofText(part, sentFor(record, page), whenFiring).map(whenResolved),
  );

const whenResolved = (fault: string): string => `when resolved, ${fault}`;

/** Data has every alert of the group; of the others nothing is judged here. */
function textsOf(record: Unjudged, page: Page): readonly Part[] | undefined {
  const texts = record.deliveries[page.delivery]?.texts;
  if (!receiverKinds[page.receiver].carriesAlerts) return texts;
  const own = Object.entries(page.annotations).map(([name, text]) => ({
    field: `annotations.${name}`,
    text,
  }));
  return texts && [...texts.filter(({ field }) => !field.startsWith('alerts[')), ...own];
}

function sentFor(record: Unjudged, page: Page): Sent {
  const { notifications = [], evidence } = record;
  const notification = page.notification === undefined ? undefined : notifications[page.notification];
  const alert = notification?.alerts.find(
    ({ labels, status }) =>
      status === page.status && labels.alertname === page.alert && agree(page.labels, labels),
  );
  const { carriesAlerts = false, writtenFields } = receiverKinds[page.receiver];
  const isExact = alert !== undefined || carriesAlerts;
  const labels = alert?.labels ?? page.labels;
  const rules = (evidence?.alerts ?? []).filter((one) => one.alert === page.alert && one.rule);
  const own = rules.find((one) => agree(plainLabels(one.rule?.labels ?? {}), labels));
  const { rule } = own ?? (rules.length === 1 ? rules[0] : undefined) ?? {};
  return {
    annotations: alert?.annotations ?? page.annotations,
    labels,
    exact: isExact,
    byDefault: notification?.template === 'default',
    writtenFields,
    ...(rule && { rule }),
  };
}

/** Labels of a rule that are no templates. */
const plainLabels = (labels: Texts): Texts =>
  Object.fromEntries(Object.entries(labels).filter(([, value]) => !value.includes('{{')));

/** What is wrong with the annotations themselves, before any message is made of them. */
function ofAnnotations({ annotations, rule, labels, exact }: Sent): string[] {
  const names = new Set([
    ...Object.keys(exact ? (rule?.annotations ?? {}) : {}),
    ...Object.keys(annotations),
  ]);
  return [...names].filter(isJudged).flatMap((name): string[] => {
    const template = rule?.annotations[name];
    const text = annotations[name] ?? '';
    const what = `annotation ${name}`;
    if (template !== undefined && !template.trim()) return [`${what} of the rule is blank`];
    if (text.trim() === '') return [`${what} came out blank${template ? `, of ${quoted(template)}` : ''}`];
    const left = leftIn(text, [...wordsOf(template ?? ''), ...dataIn(labels, rule)]);
    const found = left.map(({ what: shown, why }) => `${what} has ${quoted(shown)}: ${why}`);
    if (template === undefined || left.length > 0) return found;
    return [...found, ...ofExpansion(what, template, text, { labels, exact })];
  });
}

const isJudged = (name: string): boolean =>
  !forMachines.test(name) || /^(?:run_?book|play_?book|dashboard)/i.test(name);

function ofExpansion(
  what: string,
  template: string,
  text: string,
  { labels, exact }: Pick<Sent, 'labels' | 'exact'>,
): string[] {
  const printed = printedBy(template, text);
  const blank = printed.filter(({ action, text: own }) => {
    const label = labelPrinted(action);
    return own === undefined ? exact && label !== undefined && !labels[label] : own.trim() === '';
  });
  const numbers = printed.filter(({ text: own = '' }) => noNumber.test(own) && !isLabel(own, labels));
  return [
    ...blank.map(({ action }) => `${what} has a gap where {{ ${action} }} printed nothing: ${quoted(text)}`),
    ...numbers.map(
      ({ action, text: own = '' }) => `${what} has no number where {{ ${action} }} printed ${quoted(own)}`,
    ),
  ];
}

const isLabel = (text: string, labels: Texts) => Object.values(labels).includes(text);

/** What came with the data, and not from a rule. */
const dataIn = (labels: Texts, rule: Rule | undefined): string[] =>
  Object.entries(labels).flatMap(([name, value]) => (rule?.labels[name] === undefined ? [value] : []));

const ofLabels = ({ labels, rule }: Sent): string[] =>
  Object.entries(labels).flatMap(([name, value]) =>
    leftIn(value, dataIn(labels, rule)).map(
      ({ what, why }) => `label ${name} is ${quoted(value)}, which has ${quoted(what)}: ${why}`,
    ),
  );

/** Of what says which runbook it is, another check tells. */
const ofRunbook = /run_?book|play_?book/i;

/** @param judged the alert whose annotations are judged, here or elsewhere: what came with them is told there. */
function ofText({ field, text, written: isWritten }: Part, sent: Sent, judged = sent): string[] {
  const { annotations, labels, rule, byDefault, writtenFields } = sent;
  const meant = [...Object.values(rule?.annotations ?? {}).flatMap(wordsOf), ...dataIn(labels, rule)];
  const told = Object.entries(judged.annotations).flatMap(([name, own]) =>
    isJudged(name) && field !== `annotations.${name}` ? leftIn(own, meant) : [],
  );
  const all = leftIn(text, meant);
  const left = all
    .filter(({ what, why }) => !told.some((one) => one.why === why && one.what.includes(what)))
    .map(({ what, why }) => `${field} has ${quoted(what)}: ${why}`);
  if (all.length > 0 || byDefault || field.startsWith('annotations.')) return left;
  if (isBlankText(text)) {
    const isMeant = isWritten ?? writtenFields?.test(field) ?? false;
    return isMeant && !ofRunbook.test(field) ? [`${field} is blank`] : [];
  }
  const names = new Set([...forPeople, ...Object.keys(annotations), ...Object.keys(labels)].map(lower));
  for (const heading of headings) names.delete(heading);
  const around = Object.values(annotations).reduce(
    (rest, one) => (one.trim() === '' ? rest : rest.replaceAll(one.trim(), '…')),
    text,
  );
  const gap = gapIn(around);
  const [number] = noNumber.exec(withoutLabels(around, labels)) ?? [];
  return [
    ...blankLines(text, names)
      .filter((line) => !ofRunbook.test(line))
      .map((line) => `${field} says nothing after ${quoted(line)}`),
    ...(gap === undefined ? [] : [`${field} has a gap: ${quoted(gap)}`]),
    ...(number === undefined ? [] : [`${field} has ${quoted(number)} in the place of a number`]),
  ];
}

/** A label's value is what it is, such as `+Inf` of a bucket. */
const withoutLabels = (text: string, labels: Texts): string =>
  Object.values(labels)
    .filter((value) => noNumber.test(value))
    .reduce((rest, value) => rest.replaceAll(value, '…'), text);

/** Names that stand above a list rather than before a value. */
const headings = ['details', 'title', 'labels', 'annotations'];

const lower = (name: string) => name.toLowerCase();

interface Reach {
  readonly faults: readonly string[];
  readonly message: string;
  readonly evidence: readonly string[];
  readonly unknown?: true;
}

/** Whether at least one annotation that is written for people stands in the message. */
function reached(texts: readonly Part[], sent: Sent): Reach & { evidence: string[] } {
  const { annotations, rule, exact, byDefault } = sent;
  if (!exact && !rule) {
    const message = 'what the annotations of its rule say is not known';
    return { faults: [], message, evidence: [], unknown: true };
  }
  const known = exact ? annotations : (rule?.annotations ?? {});
  const readable = Object.entries(known).filter(
    ([name, text]) => !forMachines.test(name) && text.trim() !== '',
  );
  const conventional = readable.filter(([name]) => forPeople.includes(lower(name)));
  const found = conventional.flatMap(([name, text]) =>
    texts.flatMap(({ field, text: shown }) => {
      const how = exact
        ? shows(shown, text)
        : showsWords(shown, wordsOf(text))
          ? ('whole' as const)
          : undefined;
      return how ? [{ name, field, how }] : [];
    }),
  );
  const [first] = found.toSorted((a, b) => Number(a.how === 'cut') - Number(b.how === 'cut'));
  if (first) {
    const cut = first.how === 'cut' ? ', as far as there is room' : '';
    const message = `${first.field} says the rule's ${first.name}${cut}`;
    return { faults: [], message, evidence: [] };
  }
  if (conventional.length === 0) {
    const message = `its rule has no annotation ${forPeople.slice(0, 3).join(', ')}: nothing more than its name and labels to say`;
    return { faults: [], message, evidence: [] };
  }
  const names = conventional.map(([name]) => name).join(' and ');
  if (byDefault) {
    const message = `the default template leaves out the rule's ${names}, which its link leads to`;
    return { faults: [], message, evidence: [] };
  }
  return { faults: [`the message does not say the rule's ${names}`], message: '', evidence: [] };
}

const quoted = (text: string): string => JSON.stringify(text.length > 160 ? `${text.slice(0, 160)}…` : text);

const evidenceFor = (texts: readonly Part[], { annotations, rule }: Sent): string[] => [
  ...texts.map(({ field, text }) => `${field}: ${quoted(text)}`),
  ...Object.entries(rule?.annotations ?? {}).map(
    ([name, text]) => `annotation ${name} in the rule: ${quoted(text)}`,
  ),
  ...Object.entries(annotations).map(([name, text]) => `annotation ${name} as sent: ${quoted(text)}`),
];
