import { isAlwaysFiring, isAlwaysFiringPage } from '../../assertions/always-firing.ts';
import { tickMs as grafanaTickMs } from '../../configuration/paced/scale-query.ts';
import { broken, FiredrillError } from '../../core/errors.ts';
import { paced } from '../../core/pace.ts';
import { holdsFor, met, never, notYet, type PollResult } from '../../core/poll.ts';
import { isDecidedByBool } from '../../core/promql/bool-comparison.ts';
import type { Page, RuleNoise, Unjudged } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';
import { collectPages } from '../pages/collect-pages.ts';
import type { RunningDrill } from '../running-drill.ts';
import { isSameLoad } from '../stack/reuse.ts';
import type { EndedDrill } from '../stack/served-stack.ts';
import { type ActiveAlert, activeNow } from '../watch/active-alerts.ts';
import { describeNoise, type NoisyAlert } from '../watch/rule-noise.ts';
import type { RuleWatch } from '../watch/watch-rules.ts';
import { type Freshness, unsettledGrafana } from './grafana-gate.ts';
import type { LimitInputs } from './phase.ts';
import { serviceTrouble } from './service-health.ts';

/** The longest pause between two answers of one journey that still counts as flowing traffic. */
const answersWithin = (rate: number): number => Math.max(3_000, 3_000 / rate);

/** How long the gate was quiet, or what was noisy though service and stack were well. */
export type GateResult =
  | { readonly held: { readonly heldFrom: number; readonly heldForMs: number } }
  | { readonly noise: RuleNoise[] };

/**
 * Waits until the whole way is quiet: every target up, traffic on every journey, Grafana's rules and policy at work,
 * nothing pending, firing or paged, for the scenario's quiet period. Without it a page could be an old one. A rule that
 * fails to evaluate does not keep it shut: it pages nobody, and is told in the end.
 *
 * @param rules their watch; alerts that are to fire all the time do not count.
 * @returns noise where nothing but alerts kept it shut, or a rule that is true whatever the service does: then it is the
 * rules that are at fault.
 * @throws FiredrillError `broken` with what was not quiet, when the service or the stack is not well.
 */
export async function quietGate(
  drill: RunningDrill,
  rules: Pick<RuleWatch, 'misrouted'>,
  withinMs: number,
): Promise<GateResult> {
  const { options, signal, recorder, before } = drill;
  const { scenario, pace } = options;
  const holdMs = paced(scenario.quietFor, pace);
  const fresh = { since: freshSince(scenario, before), everyMs: Math.max(holdMs, grafanaTickMs) };
  const seen = new Seen();
  try {
    const heldFrom = await holdsFor('everything quiet', () => look(drill, fresh, seen), {
      where: 'quiet gate',
      withinMs,
      everyMs: 500,
      holdMs,
      signal,
      onNotMet: (saw) => recorder.saw(saw),
      hint: 'the drill would not know its own page from this one; mend the service or the stack first',
    });
    return { held: { heldFrom, heldForMs: Date.now() - heldFrom } };
  } catch (error) {
    signal.throwIfAborted();
    const noisy = seen.noisy();
    if (!(error instanceof FiredrillError) || noisy.length === 0) throw error;
    // What is active may be left of the drill before: that is no fault of the rules.
    if (before)
      throw broken(
        'quiet gate',
        seen.lastLook.join('; '),
        `it may be left of ${before.id}, which ran on this stack before; --fresh-stack starts a new one`,
      );
    const since = loadBegan(recorder.record) ?? fresh.since;
    const trouble = [...seen.troubleSince(Date.now() - holdMs), ...(await serviceTrouble(drill, since))];
    const noise = await describeNoise(drill, noisy, rules.misrouted, since).catch((failure: unknown) => {
      if (trouble.length === 0) throw failure;
      return [];
    });
    const atFault = trouble.length === 0 ? noise : noise.filter(isWrongAnyway);
    if (atFault.length > 0) return { noise: atFault };
    throw broken(
      'quiet gate',
      [...new Set([...trouble, ...seen.lastLook])].join('; '),
      error.problems[0]?.hint,
    );
  }
}

/** Whether a rule is true whatever the service does. Of any other, an alert may be right while the service is not well. */
export const isWrongAnyway = ({
  bool,
  isConstant,
  query,
}: Pick<RuleNoise, 'bool' | 'isConstant' | 'query'>): boolean =>
  isConstant || (bool !== undefined && isDecidedByBool(query));

const loadBegan = ({ phases }: Pick<Unjudged, 'phases'>): number | undefined =>
  phases.find(({ name }) => name === 'warm up')?.startedAt;

/**
 * A rule of Grafana's that was evaluated before the traffic was warm is so again at the next tick, over which the tick's
 * rules are spread as well; one that is pending then needs another. And the machine may be busy.
 */
const leastSettlingMs = 4 * grafanaTickMs;

/** The quiet period, and as long again, and two ticks, for the stack to settle before it. */
export function gateWithinMs({
  scenario,
  pace,
  before,
}: Pick<LimitInputs, 'scenario' | 'pace' | 'before'>): number {
  const holdMs = paced(scenario.quietFor, pace);
  return stillSeenMs(before) + holdMs + Math.max(leastSettlingMs, holdMs + 2 * grafanaTickMs);
}

/** How long rules may still see the fault of the drill before. */
const stillSeenMs = (before: EndedDrill | undefined): number =>
  Math.max(0, (before?.forgottenAt ?? 0) - Date.now());

/**
 * Since when a rule must have been evaluated: on a stack that was warm before, since no rule sees the fault of the drill
 * before; else since now, for the warm-up has just ended.
 */
const freshSince = (scenario: Scenario, before: EndedDrill | undefined): number =>
  before && isSameLoad(before.scenario, scenario) ? Math.min(Date.now(), before.forgottenAt) : Date.now();

/** What the looks at the gate have shown: alerts, and trouble of service and stack, each with its last time. */
export class Seen {
  readonly #noisy = new Map<string, NoisyAlert>();
  readonly #trouble = new Map<string, number>();
  /** All that the last look found, one line each. */
  lastLook: readonly string[] = [];

  add(alerts: readonly NoisyAlert[], trouble: readonly string[], now: number): void {
    for (const text of trouble) this.#trouble.set(text, now);
    for (const alert of alerts.map(underItsRule)) {
      const { manager, alert: name, labels } = alert;
      const key = JSON.stringify([manager, name, Object.entries(labels).sort()]);
      const known = this.#noisy.get(key);
      // What fires was pending before; and a page stays what it was.
      const isWorse = known === undefined || rank(alert) >= rank(known);
      this.#noisy.set(key, {
        ...(isWorse ? alert : known),
        pages: [...new Set([...(known?.pages ?? []), ...alert.pages])],
      });
    }
  }

  /** Every noisy alert; of one that its rule shows, what its manager only holds or has paged is no further one. */
  noisy(): NoisyAlert[] {
    const all = [...this.#noisy.values()];
    const shown = all.filter(({ state }) => !remains.has(state));
    const rest = all.filter(({ state }) => remains.has(state));
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

/** What is left of an alert that no rule shows as active. */
const remains = new Set(['held', 'paged']);
const order = ['paged', 'held', 'pending', 'in error', 'without data', 'firing'];
const rank = ({ state }: ActiveAlert): number => order.indexOf(state);

const sentAs: Readonly<Record<string, string>> = {
  DatasourceNoData: 'without data',
  DatasourceError: 'in error',
};

/** Grafana sends what has no data, or failed, under another name, and says of which rule it is. */
function underItsRule(one: NoisyAlert): NoisyAlert {
  const { rulename } = one.labels;
  const state = sentAs[one.alert];
  return state && rulename ? { ...one, manager: 'grafana', alert: rulename, state } : one;
}

async function look(
  drill: RunningDrill,
  fresh: Freshness,
  seen: Seen,
): Promise<PollResult<readonly string[]>> {
  const { options, prometheus, alertmanager, grafana, account, recorder, before } = drill;
  const { record } = recorder;
  // First: what an evaluation has made of its alert is in what is read after it.
  const { notAtWork, stale } = await unsettledGrafana(grafana?.reader, fresh);
  const trouble = (await prometheus.targets())
    .filter(({ health }) => health !== 'up')
    .map(({ job, instance, health, lastError }) =>
      `target ${instance} (${job}) is ${health} ${lastError}`.trim(),
    );
  const active = (await activeNow(drill)).map((alert): NoisyAlert => ({ ...alert, pages: [] }));
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
    ...held('grafana', (await grafana?.reader.alerts()) ?? []),
  ];
  const seenMs = stillSeenMs(before);
  const stillSeen =
    seenMs > 0 ? [`rules may see the fault of ${before?.id} for ${Math.ceil(seenMs / 1000)} s more`] : [];
  const now = Date.now();
  for (const [journey, rate] of Object.entries(options.scenario.load.rates)) {
    const last = account.lastAnswers().get(journey);
    if (last === undefined) trouble.push(`no answer yet on journey ${journey}`);
    else if (now - last > answersWithin(rate))
      trouble.push(`no answer on journey ${journey} for ${Math.round((now - last) / 1000)} s`);
  }
  const hits = account.hitsSince(now - 3_000);
  if (hits > 0) trouble.push(`${hits} requests look as if the fault had hit them before it was injected`);
  const paged = unexpectedPages(drill);
  seen.add([...active, ...inManagers, ...paged.flatMap(fromPage)], trouble, now);
  const noisy = [
    ...trouble,
    ...active.map(({ alert, state }) => `alert ${alert} is ${state}`),
    ...inManagers.map(
      ({ manager, alert }) =>
        `${manager === 'grafana' ? "Grafana's Alertmanager" : 'Alertmanager'} holds alert ${alert}`,
    ),
    ...notAtWork,
    ...stillSeen,
    ...[...new Set(paged.map(({ receiver }) => receiver))].map((name) => `receiver ${name} has been paged`),
  ];
  seen.lastLook = [...noisy, ...stale];
  // A page that has arrived cannot be taken back: no use waiting longer.
  if (paged.length > 0) return never(noisy.join('; '));
  return noisy.length === 0 ? met(stale) : notYet(noisy.join('; '));
}

interface Paged {
  readonly receiver: string;
  /** None: it cannot be told of which alert it is. */
  readonly page?: Page;
}

/** What arrived, but for the pages of alerts that are to fire all the time. */
function unexpectedPages({ stack, recorder }: Pick<RunningDrill, 'stack' | 'recorder'>): Paged[] {
  const { deliveries, pages } = collectPages(stack);
  return deliveries.flatMap(({ receiver }, i): Paged[] => {
    const own = pages.filter(({ delivery }) => delivery === i);
    if (own.length === 0) return [{ receiver }];
    return own
      .filter((page) => !isAlwaysFiringPage(recorder.record, page))
      .map((page) => ({ receiver, page }));
  });
}

function fromPage({ page }: Paged): NoisyAlert[] {
  if (!page) return [];
  const { alert, labels } = page;
  // Contact points do not say whose they are; that of an alert's rule is found by its name.
  return [{ manager: 'prometheus', alert, labels, state: 'paged', pages: [page] }];
}
