import { isAlwaysFiring, isAlwaysFiringPage } from '../../assertions/always-firing.ts';
import { tickMs as grafanaTickMs } from '../../configuration/paced/scale-query.ts';
import { broken, FiredrillError } from '../../core/errors.ts';
import { paced } from '../../core/pace.ts';
import { holdsFor, met, never, notYet, type PollResult } from '../../core/poll.ts';
import { isDecidedByBool } from '../../core/promql/bool-comparison.ts';
import type { Page, RuleNoise, Target, Unjudged } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';
import { collectPages } from '../pages/collect-pages.ts';
import type { RunningDrill } from '../running-drill.ts';
import type { EndedDrill } from '../stack/ready-stack.ts';
import { isSameLoad } from '../stack/reuse.ts';
import { type AlertWithValue, readActiveAlertsWithValues } from '../watch/active-alerts.ts';
import { describeNoise, type NoisyAlert } from '../watch/rule-noise.ts';
import type { RuleWatch } from '../watch/watch-rules.ts';
import { type Freshness, grafanaUnready } from './grafana-gate.ts';
import type { LimitInputs } from './phase.ts';
import { serviceTrouble } from './service-health.ts';

/** The longest gap between two answers of one journey at which traffic still counts as flowing. `rate` is per second. */
const maxAnswerGapMs = (rate: number): number => Math.max(3_000, 3_000 / rate);

/** How long the gate was quiet, or which rules were noisy although the service and the stack were healthy. */
export type GateResult =
  | { readonly held: { readonly heldFrom: number; readonly heldForMs: number } }
  | { readonly noise: RuleNoise[] };

/**
 * Waits until everything has been quiet for the scenario's quiet period: every target is up, every journey has traffic,
 * Grafana's rules and notification policy are active, and no alert is pending, firing or paged. Without this wait, a page
 * could stem from something before the fault. A rule that fails to evaluate does not keep the gate closed, because it
 * pages nobody; the verdict on the rules reports it.
 *
 * @param rules the watch of the rules. Alerts that are meant to fire all the time are ignored.
 * @returns `noise` when only alerts kept the gate closed, or when a rule is true whatever the service does: the rules are
 * then at fault.
 * @throws FiredrillError `broken` with what was not quiet, when the service or the stack is not healthy.
 */
export async function quietGate(
  drill: RunningDrill,
  rules: Pick<RuleWatch, 'misrouted'>,
  withinMs: number,
): Promise<GateResult> {
  const { options, signal, recorder, before } = drill;
  const { scenario, pace } = options;
  const holdMs = paced(scenario.quietFor, pace);
  const fresh = { since: evaluatedSince(scenario, before), everyMs: Math.max(holdMs, grafanaTickMs) };
  const seen = new GateObservations();
  try {
    const heldFrom = await holdsFor('everything quiet', () => checkQuiet(drill, fresh, seen), {
      where: 'quiet gate',
      withinMs,
      everyMs: 500,
      holdMs,
      signal,
      onNotMet: (saw) => recorder.saw(saw),
      hint: 'the drill could not distinguish its own page from this one; fix the service or the stack first',
    });
    return { held: { heldFrom, heldForMs: Date.now() - heldFrom } };
  } catch (error) {
    signal.throwIfAborted();
    const noisy = seen.noisy();
    if (!(error instanceof FiredrillError) || noisy.length === 0) throw error;
    // An active alert may be left over from the previous drill. The rules are then not at fault.
    if (before)
      throw broken(
        'quiet gate',
        seen.lastLook.join('; '),
        `it may be left of ${before.id}, which ran on this stack before; --fresh-stack starts a new one`,
      );
    const since = loadStartedAt(recorder.record) ?? fresh.since;
    const trouble = [...seen.troubleSince(Date.now() - holdMs), ...(await serviceTrouble(drill, since))];
    const noise = await describeNoise(drill, noisy, rules.misrouted, since).catch((failure: unknown) => {
      if (trouble.length === 0) throw failure;
      return [];
    });
    // Of a staging it is not known whether it is healthy.
    const isHealthy = trouble.length === 0 && !options.placement.staging;
    const atFault = isHealthy ? noise : noise.filter(isTrueRegardlessOfService);
    if (atFault.length > 0) return { noise: atFault };
    throw broken(
      'quiet gate',
      [...new Set([...trouble, ...seen.lastLook])].join('; '),
      error.problems[0]?.hint,
    );
  }
}

/** Whether a rule is true whatever the service does. The alert of any other rule may be right when the service is unhealthy. */
export const isTrueRegardlessOfService = ({
  bool,
  isConstant,
  query,
}: Pick<RuleNoise, 'bool' | 'isConstant' | 'query'>): boolean =>
  isConstant || (bool !== undefined && isDecidedByBool(query));

const loadStartedAt = ({ phases }: Pick<Unjudged, 'phases'>): number | undefined =>
  phases.find(({ name }) => name === 'warm up')?.startedAt;

/**
 * A Grafana rule that was last evaluated before the traffic was warm is evaluated again during the next tick. If it is
 * pending then, it needs one more tick. The other two ticks are for a busy machine.
 */
const minSettlingMs = 4 * grafanaTickMs;

/** The quiet period, and before it time for the stack to settle: the quiet period again and two ticks of Grafana. */
export function gateWithinMs({
  scenario,
  pace,
  before,
}: Pick<LimitInputs, 'scenario' | 'pace' | 'before'>): number {
  const holdMs = paced(scenario.quietFor, pace);
  return previousFaultVisibleMs(before) + holdMs + Math.max(minSettlingMs, holdMs + 2 * grafanaTickMs);
}

/** For how many milliseconds from now rules may still see the fault of the previous drill. */
const previousFaultVisibleMs = (before: EndedDrill | undefined): number =>
  Math.max(0, (before?.rulesUnaffectedFrom ?? 0) - Date.now());

/**
 * The time since when each rule must have been evaluated, in epoch milliseconds. The warm-up has just ended, so it is now;
 * on a reused stack with the same load, it may be earlier: when rules stopped seeing the fault of the previous drill.
 */
const evaluatedSince = (scenario: Scenario, before: EndedDrill | undefined): number =>
  before && isSameLoad(before.scenario, scenario)
    ? Math.min(Date.now(), before.rulesUnaffectedFrom)
    : Date.now();

/** What the checks of the gate found: noisy alerts, and trouble of the service and the stack with the time it was last seen. */
export class GateObservations {
  readonly #noisy = new Map<string, NoisyAlert>();
  readonly #trouble = new Map<string, number>();
  /** Everything that the last check found, one line each. */
  lastLook: readonly string[] = [];

  add(alerts: readonly NoisyAlert[], trouble: readonly string[], now: number): void {
    for (const text of trouble) this.#trouble.set(text, now);
    for (const alert of alerts.map(withRuleName)) {
      const { manager, alert: name, labels } = alert;
      const key = JSON.stringify([manager, name, Object.entries(labels).sort()]);
      const known = this.#noisy.get(key);
      // Keeps the most severe state: a firing alert was pending before.
      const isWorse = known === undefined || severityOf(alert) >= severityOf(known);
      this.#noisy.set(key, {
        ...(isWorse ? alert : known),
        pages: [...new Set([...(known?.pages ?? []), ...alert.pages])],
      });
    }
  }

  /** Returns every noisy alert once. An alert that is held or paged is merged into the active alert of the same name. */
  noisy(): NoisyAlert[] {
    const all = [...this.#noisy.values()];
    const shown = all.filter(({ state }) => !inactiveStates.has(state));
    const rest = all.filter(({ state }) => inactiveStates.has(state));
    const owner = (one: NoisyAlert) => shown.find(({ alert }) => alert === one.alert);
    const paged = shown.map((alert) => ({
      ...alert,
      pages: [...alert.pages, ...rest.filter((one) => owner(one) === alert).flatMap(({ pages }) => pages)],
    }));
    return [...paged, ...rest.filter((one) => !owner(one))];
  }

  troubleSince(from: number): string[] {
    return [...this.#trouble].filter(([, at]) => at >= from).map(([text]) => text);
  }
}

/** States of an alert that its rule no longer shows as active. */
const inactiveStates = new Set(['held', 'paged']);
const statesBySeverity = ['paged', 'held', 'pending', 'in error', 'without data', 'firing'];
const severityOf = ({ state }: AlertWithValue): number => statesBySeverity.indexOf(state);

const stateOfSpecialAlert: Readonly<Record<string, string>> = {
  DatasourceNoData: 'without data',
  DatasourceError: 'in error',
};

/** Grafana sends `DatasourceNoData` and `DatasourceError` instead of the alert, with the rule's name in `rulename`. */
function withRuleName(one: NoisyAlert): NoisyAlert {
  const { rulename } = one.labels;
  const state = stateOfSpecialAlert[one.alert];
  return state && rulename ? { ...one, manager: 'grafana', alert: rulename, state } : one;
}

/** @param factor by which the pace divides `scrape_timeout`. */
export function targetText({ job, instance, health, lastError }: Target, factor: number): string {
  const isTooSlow = factor > 1 && /deadline exceeded|timeout/i.test(lastError);
  const hint = isTooSlow
    ? `: the pace divides scrape_timeout by ${factor}; with --pace real it has all of it`
    : '';
  return `target ${instance} (${job}) is ${health} ${lastError}`.trim() + hint;
}

async function checkQuiet(
  drill: RunningDrill,
  fresh: Freshness,
  seen: GateObservations,
): Promise<PollResult<readonly string[]>> {
  const { options, prometheus, alertmanager, watched, grafana, loadStatistics, recorder, before } = drill;
  const { record } = recorder;
  // Read first, so that the alerts that are read below include the results of these evaluations.
  const { inactive, stale } = await grafanaUnready(grafana?.reader, fresh);
  const targets = [...(await prometheus.targets()), ...((await watched?.prometheus.targets()) ?? [])];
  const trouble = targets
    .filter(({ health }) => health !== 'up')
    .map((target) => targetText(target, options.pace.factor));
  const active = (await readActiveAlertsWithValues(drill)).map(
    (alert): NoisyAlert => ({ ...alert, pages: [] }),
  );
  const held = (manager: NoisyAlert['manager'], alerts: readonly { labels: Record<string, string> }[]) =>
    alerts
      .filter(({ labels }) => !isAlwaysFiring(record, labels))
      .map(
        ({ labels }): NoisyAlert => ({
          ...{ manager, alert: labels.alertname ?? '', labels, state: 'held', pages: [] },
        }),
      );
  const inManagers = [
    ...held('prometheus', await alertmanager.reader.alerts()),
    ...held('prometheus', (await watched?.alertmanager.alerts()) ?? []),
    ...held('grafana', (await grafana?.reader.alerts()) ?? []),
  ];
  const seenMs = previousFaultVisibleMs(before);
  const stillSeen =
    seenMs > 0 ? [`rules may see the fault of ${before?.id} for ${Math.ceil(seenMs / 1000)} s more`] : [];
  const now = Date.now();
  for (const [journey, rate] of Object.entries(options.scenario.load.rates)) {
    const last = loadStatistics.lastAnswers().get(journey);
    if (last === undefined) trouble.push(`no answer yet on journey ${journey}`);
    else if (now - last > maxAnswerGapMs(rate))
      trouble.push(`no answer on journey ${journey} for ${Math.round((now - last) / 1000)} s`);
  }
  const { deadMansSwitch } = drill.stack.listeners;
  if (deadMansSwitch && deadMansSwitch.evidence.pings.length === 0)
    trouble.push("nothing has pinged the dead-man's switch yet");
  const hits = loadStatistics.hitsSince(now - 3_000);
  if (hits > 0) trouble.push(`${hits} requests look as if the fault had hit them before it was injected`);
  const paged = unexpectedPages(drill);
  seen.add([...active, ...inManagers, ...paged.flatMap(noisyAlertOf)], trouble, now);
  const noisy = [
    ...trouble,
    ...active.map(({ alert, state }) => `alert ${alert} is ${state}`),
    ...inManagers.map(
      ({ manager, alert }) =>
        `${manager === 'grafana' ? "Grafana's Alertmanager" : 'Alertmanager'} holds alert ${alert}`,
    ),
    ...inactive,
    ...stillSeen,
    ...[...new Set(paged.map(({ receiver }) => receiver))].map((name) => `receiver ${name} has been paged`),
  ];
  seen.lastLook = [...noisy, ...stale];
  // The gate cannot become quiet any more, because a page that has arrived cannot be undone.
  if (paged.length > 0) return never(noisy.join('; '));
  return noisy.length === 0 ? met(stale) : notYet(noisy.join('; '));
}

interface UnexpectedPage {
  readonly receiver: string;
  /** Absent when the delivery does not show its alert. */
  readonly page?: Page;
}

/** Every page that arrived, except those of alerts that are meant to fire all the time. */
function unexpectedPages({ stack, recorder }: Pick<RunningDrill, 'stack' | 'recorder'>): UnexpectedPage[] {
  const { deliveries, pages } = collectPages(stack);
  return deliveries.flatMap(({ receiver }, i): UnexpectedPage[] => {
    const own = pages.filter(({ delivery }) => delivery === i);
    if (own.length === 0) return [{ receiver }];
    return own
      .filter((page) => !isAlwaysFiringPage(recorder.record, page))
      .map((page) => ({ receiver, page }));
  });
}

function noisyAlertOf({ page }: UnexpectedPage): NoisyAlert[] {
  if (!page) return [];
  const { alert, labels } = page;
  // The page does not show its manager. The rule is found by its name in both managers.
  return [{ manager: 'prometheus', alert, labels, state: 'paged', pages: [page] }];
}
