import { impossibleTargets, targetsByChance } from '../../assertions/judge.ts';
import type { UsedFiles } from '../../configuration/files/files.ts';
import { chances } from '../../configuration/paced/chances.ts';
import { reasonText, unpacedExpectations, unpacedRules } from '../../configuration/paced/unpaced-rules.ts';
import { parseMatchers } from '../../configuration/routes/route-matcher.ts';
import { alertingRules, rulesFor } from '../../configuration/rules/choose-rule.ts';
import type { WrittenRule } from '../../configuration/rules/rule.ts';
import { rulePlace } from '../../configuration/rules/rule-place.ts';
import { unknownAlerts } from '../../configuration/rules/unknown-alerts.ts';
import { FiredrillError, type Problem } from '../../core/errors.ts';
import { type AlertExpectation, expectedAlerts } from '../../core/expected-alerts.ts';
import { type Pace, paced } from '../../core/pace.ts';
import { type WhereOf, within } from '../../core/path.ts';
import type { DrillRecord } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { KnownSystem } from '../../systems/known-system.ts';
import { type FaultEffect, floorsOf } from '../floors/floors.ts';
import { openContactPoints, unknownContactPoints } from '../pages/known-contact-points.ts';
import type { Drill } from '../running-drill.ts';
import { knownOf } from './placement.ts';
import type { StackConfiguration } from './ready-stack.ts';

/**
 * Records what follows from the configuration alone: the floors of the scenario, and the rules that cannot be judged at
 * this pace.
 *
 * @param trafficMs for how long the stack has had traffic already, in milliseconds.
 * @throws FiredrillError `bad-input` with every expectation that this configuration cannot meet.
 */
export function refuseUnjudgeable(
  { options, fault, recorder: { record } }: Drill,
  configuration: StackConfiguration,
  trafficMs: number,
): void {
  const { scenario, pace, tell, whereOf = within(scenario.name) } = options;
  const { problems, notes, ...found } = judgeable(scenario, configuration, {
    ...{ pace, trafficMs, whereOf },
    effect: fault,
    known: knownOf(options.placement),
  });
  Object.assign(record, found);
  for (const message of notes) tell({ type: 'note', message });
  if (problems.length > 0) throw new FiredrillError('bad-input', problems);
}

/** Rules that are not judged at this pace, of which each is told on the console. */
const mostNotes = 10;

interface Conditions {
  readonly pace: Pace;
  readonly effect: FaultEffect;
  /** For how long the stack has had traffic already. */
  readonly trafficMs: number;
  readonly whereOf: WhereOf;
  readonly known: KnownSystem | undefined;
}

interface Judgeable extends Pick<DrillRecord, 'floors' | 'unpacedRules'> {
  readonly notes: readonly string[];
  /** Every expectation that the configuration cannot meet. */
  readonly problems: readonly Problem[];
}

function unreadableMatchers({ silences = [] }: Scenario, whereOf: WhereOf): Problem[] {
  return silences.flatMap(({ matchers }, i) =>
    matchers.flatMap((matcher, n) => {
      try {
        parseMatchers(matcher);
        return [];
      } catch (error) {
        if (!(error instanceof FiredrillError)) throw error;
        const where = whereOf(['silences', i, 'matchers', n]);
        return error.problems.map((problem) => ({ ...problem, where }));
      }
    }),
  );
}

/** What a scenario asks of an Alertmanager, where the configuration has none. */
function withoutAlertmanager(
  scenario: Scenario,
  files: UsedFiles,
  ruleOf: (expectation: AlertExpectation) => WrittenRule | undefined,
  whereOf: WhereOf,
): Problem[] {
  if (files.has('alertmanager/alertmanager.yml')) return [];
  const hint = 'add alertmanager/alertmanager.yml to the monitoring, or expect an alert of Grafana';
  const unsent = expectedAlerts(scenario.expectations)
    .filter(({ expectation }) => ruleOf(expectation)?.manager === 'prometheus')
    .map(({ expectation: { kind, alert }, at }) => ({
      where: whereOf(kind === 'suppressed' ? at : [...at, 'alert']),
      message: `${alert} is a rule of Prometheus, and there is no Alertmanager to which it could send it`,
      hint,
    }));
  const silences = (scenario.silences ?? []).map((_, i) => ({
    where: whereOf(['silences', i]),
    message: 'there is no Alertmanager that could silence an alert',
    hint,
  }));
  return [...unsent, ...silences];
}

/** Judges a scenario by the configuration alone, before anything runs. */
export function judgeable(
  scenario: Scenario,
  { files, written, contactPoints }: StackConfiguration,
  { pace, effect, trafficMs, whereOf, known }: Conditions,
): Judgeable {
  const rules = alertingRules(files);
  const ruleOf = (expectation: AlertExpectation) => rulesFor(rules, expectation)[0];
  const unsent = withoutAlertmanager(scenario, files, ruleOf, whereOf);
  if (unsent.length > 0) return { floors: {}, unpacedRules: [], notes: [], problems: unsent };
  const { warmUp, history = '0' } = scenario.load;
  const lengths = [history, warmUp, scenario.quietFor];
  const historyMs = lengths.reduce((sum, length) => sum + paced(length, pace), trafficMs);
  const floors = floorsOf(scenario, files, effect, historyMs, {
    known,
    paced: { written, factor: pace.factor },
  });
  const unpaced = unpacedRules(written, pace);
  const placeOf = (expectation: AlertExpectation) => {
    const rule = ruleOf(expectation);
    return rule ? `${expectation.alert} (${rulePlace(written, rule).line})` : expectation.alert;
  };
  return {
    floors,
    unpacedRules: unpaced,
    notes: [
      ...unpaced.slice(0, mostNotes).map(({ alert, where, reasons }) => {
        const why = reasons.map(reasonText).join('; ');
        return `${alert} (${where}) is not judged at ${pace.name} pace: ${why}`;
      }),
      ...(unpaced.length > mostNotes
        ? [
            `${unpaced.length - mostNotes} more rules are not judged at ${pace.name} pace: unpacedRules in record.json has all of them`,
          ]
        : []),
      ...targetsByChance({ scenario, floors, pace }),
      ...openContactPoints(scenario, contactPoints, (expectation) => ruleOf(expectation)?.manager),
    ],
    problems: [
      ...unreadableMatchers(scenario, whereOf),
      ...unknownAlerts(scenario, written, whereOf),
      ...unpacedExpectations(scenario, written, pace, whereOf),
      ...chances(scenario, files, written, pace, whereOf),
      ...unknownContactPoints(
        scenario,
        contactPoints,
        whereOf,
        written.place('alertmanager/alertmanager.yml').file,
      ),
      ...impossibleTargets(scenario, floors, pace, { whereOf, ruleOf: placeOf }),
    ],
  };
}
