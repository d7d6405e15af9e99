import type { DependencyPart } from '../../core/dependencies.ts';
import type {
  CheckOfScenario,
  ComparedPage,
  Exceeded,
  GateFinding,
  GateOutcome,
  GateResult,
  ProvenAlerts,
  Share,
} from '../../core/gate.ts';
import type { CheckName } from '../../core/record.ts';
import { percent } from '../budgets.ts';
import { receiverTitle } from '../facts.ts';
import { count, listed, span } from '../text.ts';
import type { PlacedResult } from './told.ts';

/** The kinds of findings in words. */
export const kindWords: Record<GateFinding['kind'], string> = {
  'lost-scenario': 'lost scenario',
  'lost-expectation': 'lost expectation',
  'loosened-expectation': 'loosened expectation',
  'lost-alert': 'lost alert',
  'renamed-alert': 'renamed alert',
  'new-noise': 'new noise',
  'late-alert': 'late alert',
  'slower-alert': 'slower alert',
  'lost-hop': 'lost evidence',
  'lost-check': 'lost check',
  'failed-check': 'failed check',
  'too-few-proven': 'too few proven',
};

/** What was found, in one sentence without a full stop. */
export function findingText(finding: GateFinding): string {
  switch (finding.kind) {
    case 'lost-scenario':
      return `the baseline has drills of ${finding.scenario}, and the set does not have this scenario`;
    case 'lost-expectation':
      return `${finding.scenario} no longer expects ${pageText(finding)}, and did so in the baseline`;
    case 'loosened-expectation': {
      const { scenario, labels, through } = finding;
      const demands = [
        ...Object.entries(labels).map(([name, value]) => `the label ${name}=${JSON.stringify(value)}`),
        ...(through === undefined ? [] : [`the contact point ${through}`]),
      ];
      return `${scenario} no longer demands ${listed(demands)} of ${pageText(finding)}, and did so in the baseline`;
    }
    case 'lost-alert': {
      const { scenario, lostAt, cause } = finding;
      const where = lostAt === undefined ? '' : `, lost at “${lostAt}”`;
      return `${pageText(finding)} did not arrive in ${ofDrills(finding, scenario)}${where}${cause === undefined ? '' : `: ${cause}`}`;
    }
    case 'renamed-alert': {
      const found =
        finding.by === 'expectation'
          ? `${finding.scenario} expects it under that name`
          : 'a page of that name came instead, which nobody expected';
      return `${pageText(finding)} has been renamed to ${finding.to}: ${found}`;
    }
    case 'new-noise': {
      const what =
        finding.receiver === undefined
          ? `${finding.alert} was active while nothing was broken`
          : `${finding.alert} paged ${receiverTitle(finding.receiver)}, and nobody expected it`;
      return `${what}, in ${ofDrills(finding, finding.scenario)}`;
    }
    case 'late-alert': {
      const target = finding.targetMs === undefined ? '' : `; its target is ${span(finding.targetMs)}`;
      return `${pageText(finding)} arrived too late in ${ofDrills(finding, finding.scenario)}, after ${span(finding.mttdMs)}${target}`;
    }
    case 'slower-alert':
      return `${pageText(finding)} has become slower in ${finding.scenario}: ${slowerText(finding)}${changedText(finding.changed)}`;
    case 'lost-hop':
      return `no drill of ${finding.scenario} shows the hop “${finding.hop}” of ${pageText(finding)}, and every drill of the baseline does`;
    case 'lost-check':
      return `${finding.scenario} no longer makes ${checkText(finding)}, and did so in the baseline`;
    case 'failed-check':
      return `${checkText(finding)} failed in ${ofDrills(finding, finding.scenario)}`;
    case 'too-few-proven':
      return provenText(finding);
  }
}

/** What to do about it. */
export function findingHint(finding: GateFinding, set: string): string {
  switch (finding.kind) {
    case 'lost-alert':
    case 'late-alert':
    case 'failed-check':
      return 'the report of the drill says why';
    case 'new-noise':
      return 'the report of the drill shows the page, and the rule that sent it';
    case 'too-few-proven':
      return 'firedrill ledger lists the alerts that are not proven';
    case 'lost-scenario':
      return `add it to the set, or ${anew(set)}`;
    default:
      return `if this is meant, ${anew(set)}`;
  }
}

const provenText = ({ proven, alerts, required }: ProvenAlerts): string =>
  `${proven} of ${count(alerts, 'alert')} (${percent(proven / alerts)}) ${proven === 1 ? 'is' : 'are'} proven to page; ${percent(required)} are required`;

const anew = (set: string) => `write the baseline anew: firedrill gate ${set} --write-baseline FILE`;

interface Page {
  readonly alert: string;
  readonly receiver: string;
  readonly contactPoint?: string | undefined;
}

/** `HighErrorRate at Slack`, with the contact point if one is expected. */
export const pageText = ({ alert, receiver, contactPoint }: Page): string =>
  `${alert} at ${receiverTitle(receiver)}${contactPoint === undefined ? '' : ` (${contactPoint})`}`;

const ofDrills = ({ drills, of }: Share, scenario: string): string =>
  of === 1 ? `the drill of ${scenario}` : `${drills} of ${count(of, 'drill')} of ${scenario}`;

const exceeded = ({ nowMs, beforeMs, allowedMs }: Exceeded): string =>
  `${span(nowMs)} instead of ${span(beforeMs)}, and at most ${span(allowedMs)} more would be chance`;

function slowerText({
  measured,
  floor,
}: {
  readonly measured?: Exceeded | undefined;
  readonly floor?: Exceeded | undefined;
}): string {
  const parts = [
    ...(measured ? [`the median of its MTTD is ${exceeded(measured)}`] : []),
    ...(floor
      ? [`the configuration alone takes ${span(floor.nowMs)} in the mean instead of ${span(floor.beforeMs)}`]
      : []),
  ];
  return parts.join('; ');
}

const partWords: Record<DependencyPart, string> = {
  rule: 'its rule',
  scrape: 'how its metrics are scraped',
  route: 'its route',
  templates: 'its templates',
  receiver: 'its receiver',
};

const changedText = (parts: readonly DependencyPart[]): string =>
  parts.length === 0
    ? ''
    : `; ${listed(parts.map((part) => partWords[part]))} ${parts.length > 1 ? 'have' : 'has'} changed`;

const checkWords: Record<CheckName, string> = {
  arrives: 'the arrival',
  'handed-over': 'the hand-over to a notifier',
  labels: 'the labels',
  says: 'what the page says',
  runbook: 'the runbook',
  stays: 'whether it stays on',
  resolved: 'the resolution',
  notifications: 'the number of notifications',
  escalates: 'the escalation',
  'pending-only': 'that the alert becomes pending only',
  suppressed: 'that the alert is suppressed',
  proof: 'the proof',
  'no-other-page': 'that no other page comes',
  rules: 'that every rule is in order',
  'nothing-left': 'that nothing is left active',
};

/** `the check of the labels of A at Slack`; a check that is not of a page with its id. */
function checkText({ check, id, page }: CheckOfScenario): string {
  if (check === undefined) return `the check ${id}`;
  const what = checkWords[check];
  return page ? `the check “${what}” of ${pageText(page)}` : `the check “${what}” (${id})`;
}

/** The outcome in a word. */
export const outcomeWord: Record<GateOutcome, string> = {
  green: 'green',
  red: 'red',
  broken: 'no verdict',
  'bad-input': 'bad input',
  interrupted: 'interrupted',
};

/** The last line: what came of it, and why. */
export function gateClosing(
  result: Pick<GateResult, 'set' | 'outcome' | 'drills' | 'planned' | 'baseline'>,
  findings: number,
): string {
  const { set, outcome, drills, planned, baseline } = result;
  const held = drills.filter((drill) => drill.outcome === 'pass').length;
  const all = `${held} of ${count(planned, 'drill')} held`;
  const judged = drills.filter((drill) => drill.outcome === 'pass' || drill.outcome === 'fail').length;
  const without = drills.filter((drill) => drill.outcome === 'broken' || drill.outcome === 'bad-input');
  switch (outcome) {
    case 'green':
      return `Green: all ${count(planned, 'drill')} of the set ${set} held, and ${baseline ? 'nothing has become worse' : 'they were compared with nothing'}.`;
    case 'red':
      return `Red: ${count(findings, 'finding')} in the set ${set}; ${all}.`;
    case 'interrupted':
      return `Interrupted: ${judged} of ${count(planned, 'drill')} of the set ${set} had been judged; no verdict.`;
    case 'broken':
    case 'bad-input':
      return `No verdict on the set ${set}: ${listed(without.map(({ run }) => run))} ${outcome === 'broken' ? 'broke' : 'had bad input'}; ${all}.`;
  }
}

/** What a reader has to know beside the findings, each a sentence. */
export function gateNotes({
  set,
  implied,
  baseline,
  withoutBaseline,
  written,
  drills,
  pages,
  proven,
}: GateResult | PlacedResult): string[] {
  const { file, notHeld = 0, onOtherTerms = 0, versions = [] } = baseline ?? {};
  return [
    ...(implied === undefined ? [] : [`${implied} has no set ${set}: the set consists of all scenarios.`]),
    ...(baseline || written
      ? []
      : [
          `There is no baseline, so the drills were judged alone. Write one: firedrill gate ${set} --write-baseline FILE`,
        ]),
    ...(withoutBaseline.length > 0
      ? [`The baseline has no drill of ${listed(withoutBaseline)}, which was judged alone.`]
      : []),
    ...(notHeld > 0
      ? [`${count(notHeld, 'drill')} of ${file} did not hold and ${were(notHeld)} passed over.`]
      : []),
    ...(onOtherTerms > 0
      ? [
          `${count(onOtherTerms, 'drill')} of ${file} ran on another stack or runtime, or at another pace, and ${were(onOtherTerms)} passed over.`,
        ]
      : []),
    ...pages.flatMap(beyondFloorText),
    ...(versions.length > 0
      ? [`${file} was written by another version of firedrill: ${listed(versions)}.`]
      : []),
    ...(proven && proven.alerts > 0 ? [`${provenText(proven)}.`] : []),
    ...(written ? [writtenText(written, drills.length)] : []),
  ];
}

const were = (number: number): string => (number === 1 ? 'was' : 'were');

const beyondFloorText = (page: ComparedPage): string[] =>
  page.beyondFloor === undefined
    ? []
    : [
        `${pageText(page)} took up to ${span(page.beyondFloor.mttdMs)} in ${ofDrills(page.beyondFloor, page.scenario)}: more than the ${span(page.beyondFloor.worstMs)} that its floor takes at worst.`,
      ];

const writtenText = ({ file, drills }: NonNullable<GateResult['written']>, of: number): string =>
  drills === undefined
    ? `${file} was not written: a baseline is made of drills that all held.`
    : `${file} was written, from ${drills === of ? 'all ' : ''}${count(drills, 'drill')}.`;
