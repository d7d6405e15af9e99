import { paced } from '../core/pace.ts';
import { holdsFor, type Look, met, never, notYet } from '../core/poll.ts';
import { tickMs as grafanaTickMs } from '../stacks/grafana/scale-query.ts';
import { activeAlerts } from './active-alerts.ts';
import { type Freshness, unsettledGrafana } from './grafana-gate.ts';
import type { Parts } from './parts.ts';

/** The longest pause between two answers of one journey that still counts as flowing traffic. */
const answersWithin = (rate: number): number => Math.max(3_000, 3_000 / rate);

/**
 * Waits until the whole way is quiet: every target up, traffic on every journey, Grafana's rules and policy at work,
 * nothing pending, firing or paged, for the scenario's quiet period. Without it a page could be an old one.
 *
 * @throws FiredrillError `broken` with what was not quiet.
 */
export async function quietGate(parts: Parts): Promise<{ heldFrom: number; heldForMs: number }> {
  const { scenario, pace, signal, keeper } = parts;
  const holdMs = paced(scenario.quietFor, pace);
  const fresh = { since: Date.now(), everyMs: Math.max(holdMs, grafanaTickMs) };
  const heldFrom = await holdsFor('everything quiet', () => look(parts, fresh), {
    where: 'quiet gate',
    withinMs: gateWithinMs(holdMs),
    everyMs: 250,
    holdMs,
    signal,
    onLook: (saw) => keeper.saw(saw),
    hint: 'the drill would not know its own page from this one; mend the rule or the service first',
  });
  return { heldFrom, heldForMs: Date.now() - heldFrom };
}

/**
 * A rule of Grafana's that was evaluated before the traffic was warm is so again at the next tick, over which the tick's
 * rules are spread as well; one that is pending then needs another. And the machine may be busy.
 */
const leastSettlingMs = 4 * grafanaTickMs;

/** The quiet period, and as long again, and two ticks, for the stack to settle before it. */
export const gateWithinMs = (holdMs: number): number =>
  holdMs + Math.max(leastSettlingMs, holdMs + 2 * grafanaTickMs);

async function look(parts: Parts, fresh: Freshness): Promise<Look<true>> {
  const { prometheus, alertmanager, receivers, account, scenario } = parts;
  const noisy = [
    ...(await prometheus.targets())
      .filter(({ health }) => health !== 'up')
      .map(({ job, instance, health, lastError }) =>
        `target ${instance} (${job}) is ${health} ${lastError}`.trim(),
      ),
    ...(await activeAlerts(parts)).map(({ alert, state }) => `alert ${alert} is ${state}`),
    ...(await alertmanager.alerts()).map(({ labels }) => `Alertmanager holds alert ${labels.alertname}`),
    ...(await unsettledGrafana(parts, fresh)),
    ...receivers
      .filter((receiver) => receiver.deliveries().length > 0)
      .map(({ name }) => `receiver ${name} has been paged`),
  ];
  const now = Date.now();
  for (const [journey, rate] of Object.entries(scenario.load.rates)) {
    const last = account.lastAnswers().get(journey);
    if (last === undefined) noisy.push(`no answer yet on journey ${journey}`);
    else if (now - last > answersWithin(rate))
      noisy.push(`no answer on journey ${journey} for ${Math.round((now - last) / 1000)} s`);
  }
  const hits = account.hitsSince(now - 3_000);
  if (hits > 0) noisy.push(`${hits} requests look as if the fault had hit them before it was injected`);
  // A page that has arrived cannot be taken back: no use waiting longer.
  const paged = receivers.find((receiver) => receiver.deliveries().length > 0);
  if (paged) return never(noisy.join('; '));
  return noisy.length === 0 ? met(true) : notYet(noisy.join('; '));
}
