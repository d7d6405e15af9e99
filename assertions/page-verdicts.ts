import { humanDuration } from '../core/duration.ts';
import { floorFor } from '../core/floor-for.ts';
import type { Floor, Page, Unjudged } from '../core/record.ts';
import type { PageExpectation } from '../core/scenario.ts';
import { autopsy, byChance } from './autopsy.ts';
import { faultTimes } from './fault-times.ts';
import type { Finding } from './finding.ts';
import { closesNothing, unnoticed } from './incidents.ts';
import { labelsText } from './labels-text.ts';
import { countedPage, inOrder, isAbout, mislabelledPage, resolutionOf, throughPart } from './pages.ts';
import { opened } from './runbook-answers.ts';
import { missedRunbook, runbookLinks, unlinkedRunbook } from './runbook-links.ts';
import { targetOf } from './targets.ts';
import { whyUnresolved } from './unresolved.ts';
import { quietNote, tooQuiet } from './urgency.ts';

const time = (at: number) => new Date(at).toISOString();
const lineOf = (page: Page) =>
  `${time(page.receivedAt)} ${page.receiver}: ${page.status} ${page.alert} {${labelsText(page.labels)}}, delivery ${page.delivery}`;

/** The floor of an alert, where it has one; the record leaves out what is not known. */
const floorPart = (floor: Floor | undefined) => (floor ? { floor } : {});

/** The target is told where a reader could not reckon it from the scenario's. */
const target = (because: string) => (because === '' ? '' : `; the target: ${because}`);
const late = (ms: number, because: string) => `${humanDuration(ms)} too late${target(because)}`;

/** Right alert, right receiver, in time: from the first request hit to the page. */
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
      : `no page ${expectation.alert} arrived at ${expectation.receiver}${throughPart(expectation)} ${by}`;
    const appended = near ? [] : unnoticedPages(record, expectation);
    const [added] = appended;
    return {
      ...common,
      outcome: 'fail',
      message: added === undefined ? message : `${message}: ${unnoticed(added)}`,
      evidence: [...(near ? [near] : []), ...appended].map(lineOf),
      ...post,
    };
  }
  const measuredMs = page.receivedAt - (record.faultWindow?.firstHitAt ?? Number.NaN);
  const evidence = [lineOf(page)];
  const quiet = tooQuiet(record, page, expectation);
  if (quiet !== undefined) return { ...common, measuredMs, outcome: 'fail', message: quiet, evidence };
  // Written so that a measure that is no number does not hold.
  if (!(measuredMs <= targetMs)) {
    const message = `arrived ${humanDuration(measuredMs)} after ${first}, ${late(measuredMs - targetMs, because)}`;
    return { ...common, measuredMs, outcome: 'fail', message, evidence, ...post };
  }
  const chance = byChance(record, expectation);
  if (chance) {
    const message = `arrived ${humanDuration(measuredMs)} after ${first}, but by chance`;
    return { ...common, measuredMs, outcome: 'fail', message, evidence, autopsy: chance };
  }
  const message = `arrived ${humanDuration(measuredMs)} after ${first}${quietNote(page)}${target(because)}`;
  return { ...common, measuredMs, outcome: 'pass', message, evidence };
}

/** Pages of the alert that its vendor took and told nobody of. */
const unnoticedPages = (record: Unjudged, expectation: PageExpectation): Page[] =>
  inOrder(record).filter(
    (page) => page.status === 'firing' && isAbout(page, expectation) && unnoticed(page) !== undefined,
  );

const nothingToLookAt: Finding = { outcome: 'fail', message: 'no page arrived to look at', evidence: [] };

/** The page shows every label that the expectation demands. */
export function labels(record: Unjudged, expectation: PageExpectation): Finding {
  const page = countedPage(record, expectation) ?? mislabelledPage(record, expectation);
  if (!page) return nothingToLookAt;
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

/** The page links a runbook, the rule's where that names one, and every runbook that it links opens. */
export function runbook(record: Unjudged, expectation: PageExpectation): Finding {
  const page = countedPage(record, expectation) ?? mislabelledPage(record, expectation);
  if (!page) return nothingToLookAt;
  const unlinked = unlinkedRunbook(record, page);
  if (unlinked !== undefined) {
    const { held, said } = opened(record, unlinked);
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
  const missed = missedRunbook(record, page);
  if (missed !== undefined) {
    const message = `the page links another runbook than the rule's, ${missed}`;
    return { outcome: 'fail', message, evidence: links.map((link) => `linked: ${link}`) };
  }
  const answers = links.map((link) => opened(record, link));
  const lines = (some: typeof answers) => some.map(({ url, said }) => `${url}: ${said}`);
  const dead = answers.filter(({ held }) => !held);
  const evidence = lines(answers);
  if (dead.length === 0) return { outcome: 'pass', message: 'the runbook opened', evidence };
  return { outcome: 'fail', message: `does not open: ${lines(dead).join('; ')}`, evidence };
}

/** The page's alert is resolved at the same receiver in time: from the last request hit. */
export function resolved(record: Unjudged, expectation: PageExpectation): Finding {
  const { ms: targetMs, because } = targetOf(record, expectation, 'resolvedWithin');
  const { last } = faultTimes(record.scenario);
  const common = { targetMs, ...floorPart(floorFor(record, expectation)?.resolve) };
  const page = countedPage(record, expectation) ?? mislabelledPage(record, expectation);
  if (!page) return { ...common, ...nothingToLookAt, message: 'no page arrived that could be resolved' };
  const resolution = resolutionOf(record, page);
  const { lastHitAt = Number.NaN, injectedAt = Number.NaN } = record.faultWindow ?? {};
  if (!resolution) {
    const others = inOrder(record).flatMap((other) =>
      isAbout(other, page) && other.receivedAt >= page.receivedAt ? (closesNothing(other, page) ?? []) : [],
    );
    const why = whyUnresolved(record, expectation, page) ?? others[0];
    const message = `no resolved page arrived within ${humanDuration(targetMs)} of ${last}${because && ` (${because})`}${why === undefined ? '' : `: ${why}`}`;
    const evidence = [lineOf(page), ...new Set(others), ...wayBack(record, expectation)];
    return { ...common, outcome: 'fail', message, evidence };
  }
  const measuredMs = resolution.receivedAt - lastHitAt;
  const evidence = [lineOf(page), lineOf(resolution)];
  if (measuredMs < 0 || !(injectedAt <= lastHitAt)) {
    const message = `resolved ${humanDuration(-measuredMs)} before ${last}: the alert gave up while the fault lasted`;
    return { ...common, measuredMs, outcome: 'fail', message, evidence };
  }
  if (!(measuredMs <= targetMs)) {
    const message = `resolved ${humanDuration(measuredMs)} after ${last}, ${late(measuredMs - targetMs, because)}`;
    return {
      ...common,
      measuredMs,
      outcome: 'fail',
      message,
      evidence: [...evidence, ...wayBack(record, expectation)],
    };
  }
  const message = `resolved ${humanDuration(measuredMs)} after ${last}${target(because)}`;
  return { ...common, measuredMs, outcome: 'pass', message, evidence };
}

/** When the alert took each hop back, as far as it got. */
function wayBack({ evidence, faultWindow, scenario }: Unjudged, { alert }: PageExpectation): string[] {
  const hops = evidence?.alerts.find((found) => found.alert === alert)?.hops ?? [];
  const names = ['fault reverted', 'expression false', 'resolved'];
  return hops
    .filter(({ name }) => names.includes(name))
    .map(({ name, at, detail }) => {
      const since = at === undefined ? 'never' : humanDuration(at - (faultWindow?.lastHitAt ?? at));
      return `${name}: ${at === undefined ? since : `${since} after ${faultTimes(scenario).last}`}${detail ? ` (${detail})` : ''}`;
    });
}
