import { humanDuration } from '../core/duration.ts';
import { evidenceOf, isExpectedToLast, outlastsDrill } from '../core/expected-alerts.ts';
import { floorFor } from '../core/floor-for.ts';
import { labelsText } from '../core/labels.ts';
import { paced } from '../core/pace.ts';
import type { Floor, Page, Unjudged } from '../core/record.ts';
import { awaitsResolution, type PageExpectation } from '../core/scenario.ts';
import { arrivedByChance, autopsy } from './autopsy.ts';
import { timerToleranceMs } from './causes/group-interval.ts';
import { notSilencedLines } from './causes/silence.ts';
import { faultTimes } from './fault-times.ts';
import type { Finding } from './finding.ts';
import { whyNobodyNotified, whyNotClosed } from './incidents.ts';
import { whySuppressed, whyUnresolved } from './missing-resolution.ts';
import { leftNotRecorded } from './nothing-left.ts';
import {
  contactPointPart,
  countedPage,
  isAbout,
  messagesFor,
  mislabelledPage,
  pagesInOrder,
  resolutionOf,
  unnoticedPages,
} from './pages.ts';
import { runbookAnswer } from './runbook-answers.ts';
import { runbookLinks, runbookNotLinked, runbookOmittedByDefaultTemplate } from './runbook-links.ts';
import { targetOf } from './targets.ts';
import { lowUrgencyNote, whyWrongUrgency } from './urgency.ts';

const time = (at: number) => new Date(at).toISOString();
export const lineOf = (page: Page): string =>
  `${time(page.receivedAt)} ${page.receiver}: ${page.status} ${page.alert} {${labelsText(page.labels)}}, delivery ${page.delivery}`;

/** Omits the property `floor` when there is no floor. */
const floorPart = (floor: Floor | undefined) => (floor ? { floor } : {});

/** Explains the target when it is not simply the scenario's target divided by the pace. */
const targetPart = (because: string) => (because === '' ? '' : `; the target: ${because}`);
const lateText = (ms: number, because: string) => `${humanDuration(ms)} too late${targetPart(because)}`;

/** Judges that the right alert reached the right receiver in time, measured from the first request hit. */
export function arrives(record: Unjudged, expectation: PageExpectation): Finding {
  const { ms: targetMs, because } = targetOf(record, expectation, 'within');
  const { first } = faultTimes(record.scenario);
  const common = { targetMs, ...floorPart(floorFor(record, expectation)?.detect) };
  const page = countedPage(record, expectation);
  const found = autopsy(record, expectation);
  const post = found ? { autopsy: found } : {};
  const by = `within ${humanDuration(targetMs)} of ${first}${because && ` (${because})`}`;
  if (!page) {
    const near = mislabelledPage(record, expectation);
    const message = near
      ? `a page came, but not with the labels {${labelsText(expectation.labels)}} ${by}`
      : `no page ${expectation.alert} arrived at ${expectation.receiver}${contactPointPart(expectation)} ${by}`;
    const appended = near ? [] : unnoticedPages(record, expectation);
    const [added] = appended;
    return {
      ...common,
      outcome: 'fail',
      message: added === undefined ? message : `${message}: ${whyNobodyNotified(added)}`,
      evidence: [...(near ? [near] : []), ...appended].map(lineOf),
      ...post,
    };
  }
  const measuredMs = page.receivedAt - (record.faultWindow?.firstHitAt ?? Number.NaN);
  const evidence = [lineOf(page)];
  const early = tooEarly(record, expectation);
  if (early) return { ...common, measuredMs, ...early };
  const quiet = whyWrongUrgency(record, page, expectation);
  if (quiet !== undefined) return { ...common, measuredMs, outcome: 'fail', message: quiet, evidence };
  // Negated, so that NaN fails.
  if (!(measuredMs <= targetMs)) {
    const message = `arrived ${humanDuration(measuredMs)} after ${first}, ${lateText(measuredMs - targetMs, because)}`;
    return { ...common, measuredMs, outcome: 'fail', message, evidence, ...post };
  }
  const chance = arrivedByChance(record, expectation);
  if (chance) {
    const message = `arrived ${humanDuration(measuredMs)} after ${first}, but by chance`;
    return { ...common, measuredMs, outcome: 'fail', message, evidence, autopsy: chance };
  }
  const message = `arrived ${humanDuration(measuredMs)} after ${first}${lowUrgencyNote(page)}${targetPart(because)}${silentNote(record, expectation)}`;
  return { ...common, measuredMs, outcome: 'pass', message, evidence };
}

/** Says at which times the route of the alert sends nothing. The drill was not at such a time. */
function silentNote(record: Unjudged, expectation: PageExpectation): string {
  const { silent = [] } = evidenceOf(record, expectation)?.route ?? {};
  return silent.length > 0 ? `; its route sends nothing in ${silent.join(' and ')}` : '';
}

/** Finds the first page of the alert before `notBefore`, with the silences that do not match it. */
function tooEarly(
  record: Unjudged,
  expectation: PageExpectation,
): Pick<Finding, 'outcome' | 'message' | 'evidence'> | undefined {
  const { notBefore } = expectation;
  if (notBefore === undefined) return undefined;
  const { injectedAt = Number.NaN } = record.faultWindow ?? {};
  const dueMs = paced(notBefore, record.pace);
  const page = pagesInOrder(record).find(
    (one) => one.status === 'firing' && isAbout(one, expectation) && one.receivedAt >= injectedAt,
  );
  const afterMs = page ? page.receivedAt - injectedAt : Number.NaN;
  if (!page || afterMs >= dueMs - timerToleranceMs) return undefined;
  const message = `arrived ${humanDuration(afterMs)} after the injection, ${humanDuration(dueMs - afterMs)} too early`;
  return {
    outcome: 'fail',
    message,
    evidence: [lineOf(page), ...notSilencedLines(record, expectation, page)],
  };
}

export const noPageFinding: Finding = {
  outcome: 'fail',
  message: 'no page arrived to look at',
  evidence: [],
};

/** Judges that the page shows every label that the expectation demands. */
export function labels(record: Unjudged, expectation: PageExpectation): Finding {
  const page = countedPage(record, expectation) ?? mislabelledPage(record, expectation);
  if (!page) return noPageFinding;
  const wrong = Object.entries(expectation.labels).filter(([label, value]) => page.labels[label] !== value);
  const evidence = [lineOf(page)];
  if (wrong.length === 0) return { outcome: 'pass', message: 'every label is there', evidence };
  const faults = wrong.map(([label, value]) => {
    const shown = page.labels[label];
    return shown === undefined
      ? `${label} is missing`
      : `${label} is ${JSON.stringify(shown)} instead of ${JSON.stringify(value)}`;
  });
  return { outcome: 'fail', message: faults.join('; '), evidence };
}

/** Judges that the page links a runbook (the rule's, if the rule names one) and that every linked runbook opens. */
export function runbook(record: Unjudged, expectation: PageExpectation): Finding {
  const page = countedPage(record, expectation) ?? mislabelledPage(record, expectation);
  if (!page) return noPageFinding;
  const unlinked = runbookOmittedByDefaultTemplate(record, page);
  if (unlinked !== undefined) {
    const { held, said } = runbookAnswer(record, unlinked);
    const message = held
      ? "the runbook opened, which the rule names; the manager's default template does not link it"
      : `does not open: ${unlinked}: ${said}`;
    return { outcome: held ? 'pass' : 'fail', message, evidence: [`${unlinked}: ${said}`] };
  }
  const links = runbookLinks(record, page);
  if (links.length === 0) {
    const message = 'the page has no link to a runbook';
    return { outcome: 'fail', message, evidence: page.links.map((link) => `another link: ${link}`) };
  }
  const missed = runbookNotLinked(record, page);
  if (missed !== undefined) {
    const message = `the page links another runbook than the rule's, ${missed}`;
    return { outcome: 'fail', message, evidence: links.map((link) => `linked: ${link}`) };
  }
  const answers = links.map((link) => runbookAnswer(record, link));
  const lines = (some: typeof answers) => some.map(({ url, said }) => `${url}: ${said}`);
  const dead = answers.filter(({ held }) => !held);
  const evidence = lines(answers);
  if (dead.length === 0) return { outcome: 'pass', message: 'the runbook opened', evidence };
  return { outcome: 'fail', message: `does not open: ${lines(dead).join('; ')}`, evidence };
}

/**
 * Judges that the alert is resolved at the same receiver in time, measured from the last request hit, or that it never is
 * if the expectation says so.
 */
export function resolved(record: Unjudged, expectation: PageExpectation): Finding {
  if (outlastsDrill(expectation)) return stillOn(record, expectation);
  if (!awaitsResolution(expectation)) return unresolved(record, expectation);
  const { ms: targetMs, because } = targetOf(record, expectation, 'resolvedWithin');
  const { last } = faultTimes(record.scenario);
  const common = { targetMs, ...floorPart(floorFor(record, expectation)?.resolve) };
  const page =
    lastPage(record, expectation) ?? countedPage(record, expectation) ?? mislabelledPage(record, expectation);
  if (!page) return { ...common, ...noPageFinding, message: 'no page arrived that could be resolved' };
  const resolution = resolutionOf(record, page);
  const { lastHitAt = Number.NaN, injectedAt = Number.NaN } = record.faultWindow ?? {};
  if (!resolution) {
    const others = pagesInOrder(record).flatMap((other) =>
      isAbout(other, page) && other.receivedAt >= page.receivedAt ? (whyNotClosed(other, page) ?? []) : [],
    );
    const why = whyUnresolved(record, expectation, page) ?? others[0];
    const message = `no resolved page arrived within ${humanDuration(targetMs)} of ${last}${because && ` (${because})`}${why === undefined ? '' : `: ${why}`}`;
    const evidence = [lineOf(page), ...new Set(others), ...recoveryHops(record, expectation)];
    return { ...common, outcome: 'fail', message, evidence };
  }
  const measuredMs = resolution.receivedAt - lastHitAt;
  const evidence = [lineOf(page), lineOf(resolution)];
  if (measuredMs < 0 || !(injectedAt <= lastHitAt)) {
    const message = `resolved ${humanDuration(-measuredMs)} before ${last}: the alert gave up while the fault lasted`;
    return { ...common, measuredMs, outcome: 'fail', message, evidence };
  }
  if (!(measuredMs <= targetMs)) {
    const why = whySuppressed(record, page);
    const message = `resolved ${humanDuration(measuredMs)} after ${last}, ${lateText(measuredMs - targetMs, because)}${why === undefined ? '' : `: ${why}`}`;
    return {
      ...common,
      measuredMs,
      outcome: 'fail',
      message,
      evidence: [...evidence, ...recoveryHops(record, expectation)],
    };
  }
  const message = `resolved ${humanDuration(measuredMs)} after ${last}${targetPart(because)}`;
  return { ...common, measuredMs, outcome: 'pass', message, evidence };
}

/** Judges that an alert which is expected to outlast the drill is on at its end, and was not reported as resolved. */
function stillOn(record: Unjudged, expectation: PageExpectation): Finding {
  const page = countedPage(record, expectation) ?? mislabelledPage(record, expectation);
  if (!page) return noPageFinding;
  const resolution = resolutionOf(record, page);
  if (resolution)
    return { outcome: 'fail', message: 'it was resolved during the drill', evidence: [lineOf(resolution)] };
  const { left } = record.evidence ?? {};
  if (!left) return leftNotRecorded;
  const own = left.find((alert) => isExpectedToLast({ expectations: [expectation] }, alert));
  return own?.state === 'firing' || own?.state === 'Alerting'
    ? { outcome: 'pass', message: 'it was firing at the end', evidence: [lineOf(page)] }
    : { outcome: 'fail', message: 'it did not fire at the end', evidence: [lineOf(page)] };
}

/** Judges that the receiver of a page is not told that its alert is over. */
function unresolved(record: Unjudged, expectation: PageExpectation): Finding {
  const page = countedPage(record, expectation) ?? mislabelledPage(record, expectation);
  if (!page) return noPageFinding;
  const resolution = resolutionOf(record, page);
  const evidence = [page, ...(resolution ? [resolution] : [])].map(lineOf);
  return resolution
    ? { outcome: 'fail', message: 'a resolved page arrived, and none is expected', evidence }
    : { outcome: 'pass', message: 'no resolved page arrived', evidence };
}

/** Returns the last page of an alert that may page several times; `undefined` if it may not. */
const lastPage = (record: Unjudged, expectation: PageExpectation): Page | undefined =>
  (expectation.notifications?.atMost ?? 1) > 1 ? messagesFor(record, expectation).at(-1)?.[0] : undefined;

/** Returns a line for each recovery hop with its time after the last request hit. */
function recoveryHops(record: Unjudged, expectation: PageExpectation): string[] {
  const { faultWindow, scenario } = record;
  const { hops = [] } = evidenceOf(record, expectation) ?? {};
  const names = ['fault reverted', 'expression false', 'resolved'];
  return hops
    .filter(({ name }) => names.includes(name))
    .map(({ name, at, detail }) => {
      const since = at === undefined ? 'never' : humanDuration(at - (faultWindow?.lastHitAt ?? at));
      return `${name}: ${at === undefined ? since : `${since} after ${faultTimes(scenario).last}`}${detail ? ` (${detail})` : ''}`;
    });
}
