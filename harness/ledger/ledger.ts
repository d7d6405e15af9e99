import {
  type ConfiguredAlert,
  configuredAlerts,
} from '../../configuration/dependencies/configured-alerts.ts';
import { dependencyHashesOf } from '../../configuration/dependencies/hashes.ts';
import { rulePlace } from '../../configuration/rules/rule-place.ts';
import {
  changedDependencies,
  type DependencyPart,
  dependencyParts,
  type RuleReference,
} from '../../core/dependencies.ts';
import type { AlertLine, DrillLine } from '../../core/drill-line.ts';
import { tryRead } from '../../core/errors.ts';
import type { Ledger, LedgerAlert, LedgerDrill } from '../../core/ledger.ts';
import { Redaction } from '../record/redaction.ts';
import { endsOf } from './record-dependencies.ts';
import type { TodaysFiles } from './todays-files.ts';

/** Today's files of one placement, with their rules. */
interface Today extends TodaysFiles {
  readonly alerts: readonly ConfiguredAlert[];
  readonly redaction: Redaction;
}

/**
 * Computes the ledger: the state of every alerting rule of today's files by what drills have judged.
 *
 * A drill counts for a rule only as far as the hashes of what its alert depended on are those of today. The last such
 * drill of each scenario on each stack decides together with the others: the alert is proven if none of them failed. If
 * there is no such drill, the last drill of the alert decides. A drill that broke says nothing.
 *
 * @param lines the oldest drill first; those of other systems are passed over.
 */
export function ledgerOf(
  system: string,
  lines: readonly DrillLine[],
  todays: readonly TodaysFiles[],
  at: number,
): Ledger {
  const own = lines.filter((line) => line.system === system);
  const all = todays.map((one): Today => {
    const redaction = new Redaction();
    redaction.learn(one.secrets);
    return { ...one, redaction, alerts: configuredAlerts(one.files) };
  });
  const drills = new Map<string, LedgerDrill[]>();
  for (const line of own) {
    for (const [key, drill] of drillsIn(line, all)) drills.set(key, [...(drills.get(key) ?? []), drill]);
  }
  const rules = new Map(
    all.flatMap(({ files, alerts }) =>
      alerts.map(({ alert, rule }) => [
        ruleKey(alert, rule),
        { alert, rule, where: rulePlace(files, rule).line },
      ]),
    ),
  );
  const alerts = [...rules].map(
    ([key, rule]): LedgerAlert => ({ ...rule, ...stateOf(drills.get(key) ?? []) }),
  );
  return { system, at, drills: own.length, alerts };
}

const ruleKey = (alert: string, { manager, file, group, index }: RuleReference): string =>
  JSON.stringify([manager, file, group, index, alert]);

/** What a drill says of each rule: several pages of one rule are judged together. */
function drillsIn(line: DrillLine, all: readonly Today[]): Map<string, LedgerDrill> {
  const { run, at, scenario, pace, stack } = line;
  const today = todayOf(line, all);
  const pages = line.alerts.flatMap((page) => {
    const found = today && ruleOf(page, today);
    return found ? [{ page, ...found }] : [];
  });
  return new Map(
    [...Map.groupBy(pages, ({ key }) => key)].flatMap(([key, group]): [string, LedgerDrill][] => {
      const outcomes = group.map(({ page }) => page.outcome);
      const outcome = outcomes.includes('fail') ? 'fail' : 'pass';
      // One page that was not judged leaves it open whether the alert holds.
      if (outcome === 'pass' && outcomes.includes('broken')) return [];
      const changed = dependencyParts.filter((part) => group.some((one) => one.changed.includes(part)));
      return [
        [key, { run, at, scenario, pace, stack, outcome, pages: group.map(({ page }) => page), changed }],
      ];
    }),
  );
}

/** The files of the drill's placement. A drill of a placement that is no more is compared with the first that there is. */
const todayOf = ({ stack }: DrillLine, all: readonly Today[]): Today | undefined =>
  all.find(
    ({ placement: { system, stack: name, topology, with: additions } }) =>
      system !== undefined ||
      (name === stack.name && topology === stack.topology && additions.join() === stack.with.join()),
  ) ?? all[0];

/** The rule of today that a page is of, and what has changed of all that it depends on. */
function ruleOf(
  page: AlertLine,
  { alerts, files, redaction }: Today,
): { readonly key: string; readonly changed: readonly DependencyPart[] } | undefined {
  const { rule, dependsOn: then, sent } = page;
  if (!rule || !then || !sent) return undefined;
  const named = alerts.filter((one) => one.alert === page.alert && one.rule.manager === rule.manager);
  const compared = named.map((configured) => {
    const asked = { configured, ends: endsOf(page), sent };
    const now = tryRead(() => dependencyHashesOf(files, asked, (value) => redaction.hide(value)));
    return { configured, changed: changedDependencies(now, then) };
  });
  const inPlace = compared.filter(
    ({ configured }) => configured.rule.group === rule.group && configured.rule.index === rule.index,
  );
  const unchanged = (some: typeof compared) => some.find(({ changed }) => !changed.includes('rule'));
  const found =
    unchanged(inPlace) ??
    unchanged(compared) ??
    inPlace[0] ??
    (compared.length === 1 ? compared[0] : undefined);
  return found && { key: ruleKey(page.alert, found.configured.rule), changed: found.changed };
}

/** @param drills the oldest first. */
function stateOf(drills: readonly LedgerDrill[]): Pick<LedgerAlert, 'state' | 'drill'> {
  const unchanged = drills.filter(({ changed }) => changed.length === 0);
  const last = [...new Map(unchanged.map((drill) => [seriesOf(drill), drill])).values()].toSorted(
    (a, b) => a.at - b.at,
  );
  const decides = last.findLast(({ outcome }) => outcome === 'fail') ?? last.at(-1) ?? drills.at(-1);
  if (!decides) return { state: 'never drilled' };
  if (decides.outcome === 'fail') return { state: 'failed', drill: decides };
  return { state: decides.changed.length === 0 ? 'proven' : 'stale', drill: decides };
}

/** Drills of one series are repeats of each other. */
const seriesOf = ({ scenario, pace, stack }: LedgerDrill): string =>
  JSON.stringify([scenario, pace, stack.name, stack.topology, stack.runtime]);
