import { labelsAgree, withoutTemplates } from '../core/labels.ts';
import { formNotJudged, receiverKinds } from '../core/receivers/receivers.ts';
import type { AlertEvidence, Delivery, Page, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import { type Finding, fail, pass, undecided } from './finding.ts';
import { noPageFinding } from './page-verdicts.ts';
import { countedPage, mislabelledPage, resolutionOf } from './pages.ts';
import { gapIn, leftoversIn, linesWithoutValue, notANumber } from './says-defects.ts';
import { labelPrinted, printedTexts, wordsOf } from './says-template.ts';
import { isBlankText, showsText, showsWords } from './says-text.ts';

type Rule = NonNullable<AlertEvidence['rule']>;
type Part = NonNullable<Delivery['texts']>[number];
type Texts = Readonly<Record<string, string>>;

/** The annotations and labels of a page's alert. */
interface AlertContent {
  readonly annotations: Texts;
  readonly labels: Texts;
  /** Whether they come from the manager. Otherwise they are read from the message. */
  readonly exact: boolean;
  readonly rule?: Rule;
  /** Whether the message is written by the manager's default template. */
  readonly usesDefaultTemplate: boolean;
  /** Matches message fields that exist only if the configuration sets them. */
  readonly writtenFields?: RegExp | undefined;
}

/** Annotations that by convention are written for people. */
const readableAnnotations = ['summary', 'description', 'message', 'title', 'details'];
/** Annotations for machines: links, queries and Grafana's own annotations. */
const machineAnnotations = /^(?:run_?book|play_?book|dashboard|query|traces|expr|promql|logql|__)/i;

/**
 * Judges that the message shows the rule's annotations, and that no template failed.
 *
 * The message must contain at least one of the annotations that are written for people. The manager's default template may
 * leave them all out, as Alertmanager's does for Slack: its message links to the alert in the manager.
 */
export function says(record: Unjudged, expectation: PageExpectation): Finding {
  const page = countedPage(record, expectation) ?? mislabelledPage(record, expectation);
  if (!page) return noPageFinding;
  const texts = textsOf(record, page);
  if (!texts) return undecided('what the message says could not be read');
  const sent = contentFor(record, page);
  if (receiverKinds[page.receiver].unjudged) return saysUnjudged(page, sent);
  const resolution = resolutionOf(record, page);
  const later = resolution && resolution.delivery !== page.delivery ? resolution : undefined;
  const problems = [
    ...annotationProblems(sent),
    ...labelProblems(sent),
    ...texts.flatMap((part) => textProblems(part, sent)),
    ...(receiverKinds[page.receiver].faults?.(record.deliveries[page.delivery]?.body ?? '') ?? []),
    ...(later ? resolutionProblems(record, later, sent) : []),
  ];
  const reach = shownAnnotation(texts, sent);
  // A problem of both the firing and the resolved message is reported once.
  const all = [...new Set([...problems, ...reach.faults])].filter(
    (fault, _, every) => !every.some((other) => fault === whenResolved(other)),
  );
  if (all.length > 0) return fail(all.join('; '), evidenceFor(texts, sent));
  return reach.unknown ? undecided(reach.message) : pass(reach.message);
}

/** Of a message whose form is not judged only the alert itself is. */
function saysUnjudged({ receiver }: Page, sent: AlertContent): Finding {
  const problems = [...annotationProblems(sent), ...labelProblems(sent)];
  return problems.length > 0 ? fail(problems.join('; ')) : pass(`arrived; ${formNotJudged(receiver)}`);
}

const resolutionProblems = (record: Unjudged, page: Page, whenFiring: AlertContent): string[] =>
  (textsOf(record, page) ?? []).flatMap((part) =>
    textProblems(part, contentFor(record, page), whenFiring).map(whenResolved),
  );

const whenResolved = (fault: string): string => `when resolved, ${fault}`;

/** Returns the texts of the page's message. If it carries the group's alerts as data, only this alert's annotations count. */
function textsOf(record: Unjudged, page: Page): readonly Part[] | undefined {
  const texts = record.deliveries[page.delivery]?.texts;
  if (!receiverKinds[page.receiver].carriesAlerts) return texts;
  const own = Object.entries(page.annotations).map(([name, text]) => ({
    field: `annotations.${name}`,
    text,
  }));
  return texts && [...texts.filter(({ field }) => !field.startsWith('alerts[')), ...own];
}

function contentFor(record: Unjudged, page: Page): AlertContent {
  const { notifications = [], evidence } = record;
  const notification = page.notification === undefined ? undefined : notifications[page.notification];
  const alert = notification?.alerts.find(
    ({ labels, status }) =>
      status === page.status && labels.alertname === page.alert && labelsAgree(page.labels, labels),
  );
  const { carriesAlerts = false, writtenFields } = receiverKinds[page.receiver];
  const isExact = alert !== undefined || carriesAlerts;
  const labels = alert?.labels ?? page.labels;
  const rules = (evidence?.alerts ?? []).filter((one) => one.alert === page.alert && one.rule);
  const own = rules.find((one) => labelsAgree(withoutTemplates(one.rule?.labels ?? {}), labels));
  const { rule } = own ?? (rules.length === 1 ? rules[0] : undefined) ?? {};
  return {
    annotations: alert?.annotations ?? page.annotations,
    labels,
    exact: isExact,
    usesDefaultTemplate: notification?.template === 'default',
    writtenFields,
    ...(rule && { rule }),
  };
}

/** Returns problems of the annotations themselves, whatever the message shows of them. */
function annotationProblems({ annotations, rule, labels, exact }: AlertContent): string[] {
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
    const left = leftoversIn(text, [...wordsOf(template ?? ''), ...valuesFromData(labels, rule)]);
    const found = left.map(({ what: shown, why }) => `${what} has ${quoted(shown)}: ${why}`);
    if (template === undefined || left.length > 0) return found;
    return [...found, ...expansionProblems(what, template, text, { labels, exact })];
  });
}

const isJudged = (name: string): boolean =>
  !machineAnnotations.test(name) || /^(?:run_?book|play_?book|dashboard)/i.test(name);

function expansionProblems(
  what: string,
  template: string,
  text: string,
  { labels, exact }: Pick<AlertContent, 'labels' | 'exact'>,
): string[] {
  const printed = printedTexts(template, text);
  const blank = printed.filter(({ action, text: own }) => {
    const label = labelPrinted(action);
    return own === undefined ? exact && label !== undefined && !labels[label] : own.trim() === '';
  });
  const numbers = printed.filter(({ text: own = '' }) => notANumber.test(own) && !isLabel(own, labels));
  return [
    ...blank.map(({ action }) => `${what} has a gap where {{ ${action} }} printed nothing: ${quoted(text)}`),
    ...numbers.map(
      ({ action, text: own = '' }) => `${what} has no number where {{ ${action} }} printed ${quoted(own)}`,
    ),
  ];
}

const isLabel = (text: string, labels: Texts) => Object.values(labels).includes(text);

/** Returns the label values that come from the data and not from the rule. */
const valuesFromData = (labels: Texts, rule: Rule | undefined): string[] =>
  Object.entries(labels).flatMap(([name, value]) => (rule?.labels[name] === undefined ? [value] : []));

const labelProblems = ({ labels, rule }: AlertContent): string[] =>
  Object.entries(labels).flatMap(([name, value]) =>
    leftoversIn(value, valuesFromData(labels, rule)).map(
      ({ what, why }) => `label ${name} is ${quoted(value)}, which has ${quoted(what)}: ${why}`,
    ),
  );

/** Fields about the runbook, which another check judges. */
const runbookField = /run_?book|play_?book/i;

/** @param judged the alert whose annotations are judged separately. Leftovers in them are not reported again for the text. */
function textProblems(
  { field, text, written: isWritten }: Part,
  sent: AlertContent,
  judged = sent,
): string[] {
  const { annotations, labels, rule, usesDefaultTemplate, writtenFields } = sent;
  const intended = [
    ...Object.values(rule?.annotations ?? {}).flatMap(wordsOf),
    ...valuesFromData(labels, rule),
  ];
  const told = Object.entries(judged.annotations).flatMap(([name, own]) =>
    isJudged(name) && field !== `annotations.${name}` ? leftoversIn(own, intended) : [],
  );
  const all = leftoversIn(text, intended);
  const left = all
    .filter(({ what, why }) => !told.some((one) => one.why === why && one.what.includes(what)))
    .map(({ what, why }) => `${field} has ${quoted(what)}: ${why}`);
  if (all.length > 0 || usesDefaultTemplate || field.startsWith('annotations.')) return left;
  if (isBlankText(text)) {
    const isIntended = isWritten ?? writtenFields?.test(field) ?? false;
    return isIntended && !runbookField.test(field) ? [`${field} is blank`] : [];
  }
  const names = new Set(
    [...readableAnnotations, ...Object.keys(annotations), ...Object.keys(labels)].map(lower),
  );
  const around = Object.values(annotations).reduce(
    (rest, one) => (one.trim() === '' ? rest : rest.replaceAll(one.trim(), '…')),
    text,
  );
  const gap = gapIn(around);
  const [number] = notANumber.exec(withoutLabels(around, labels)) ?? [];
  return [
    ...linesWithoutValue(text, names)
      .filter((line) => !runbookField.test(line))
      .map((line) => `${field} says nothing after ${quoted(line)}`),
    ...(gap === undefined ? [] : [`${field} has a gap: ${quoted(gap)}`]),
    ...(number === undefined ? [] : [`${field} has ${quoted(number)} in the place of a number`]),
  ];
}

/** Replaces the labels' values that match `notANumber`, such as `+Inf` of a bucket. */
const withoutLabels = (text: string, labels: Texts): string =>
  Object.values(labels)
    .filter((value) => notANumber.test(value))
    .reduce((rest, value) => rest.replaceAll(value, '…'), text);

const lower = (name: string) => name.toLowerCase();

interface AnnotationResult {
  readonly faults: readonly string[];
  readonly message: string;
  readonly unknown?: true;
}

/** Judges that the message contains at least one annotation that is written for people. */
function shownAnnotation(texts: readonly Part[], sent: AlertContent): AnnotationResult {
  const { annotations, rule, exact, usesDefaultTemplate } = sent;
  if (!exact && !rule) {
    const message = 'what the annotations of its rule say is not known';
    return { faults: [], message, unknown: true };
  }
  const known = exact ? annotations : (rule?.annotations ?? {});
  const readable = Object.entries(known).filter(
    ([name, text]) => !machineAnnotations.test(name) && text.trim() !== '',
  );
  const conventional = readable.filter(([name]) => readableAnnotations.includes(lower(name)));
  const found = conventional.flatMap(([name, text]) =>
    texts.flatMap(({ field, text: shown }) => {
      const how = exact
        ? showsText(shown, text)
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
    return { faults: [], message };
  }
  if (conventional.length === 0) {
    const message = `its rule has no annotation ${readableAnnotations.slice(0, 3).join(', ')}: nothing more than its name and labels to say`;
    return { faults: [], message };
  }
  const names = conventional.map(([name]) => name).join(' and ');
  if (usesDefaultTemplate) {
    const message = `the default template leaves out the rule's ${names}, which its link leads to`;
    return { faults: [], message };
  }
  return { faults: [`the message does not say the rule's ${names}`], message: '' };
}

const quoted = (text: string): string => JSON.stringify(text.length > 160 ? `${text.slice(0, 160)}…` : text);

const evidenceFor = (texts: readonly Part[], { annotations, rule }: AlertContent): string[] => [
  ...texts.map(({ field, text }) => `${field}: ${quoted(text)}`),
  ...Object.entries(rule?.annotations ?? {}).map(
    ([name, text]) => `annotation ${name} in the rule: ${quoted(text)}`,
  ),
  ...Object.entries(annotations).map(([name, text]) => `annotation ${name} as sent: ${quoted(text)}`),
];
