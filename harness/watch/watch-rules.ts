import { prometheusSettings } from '../../configuration/rules/prometheus-settings.ts';
import { pollUntilAborted } from '../../core/poll.ts';
import type { RunningDrill } from '../running-drill.ts';
import { type ConstantRule, constantRules } from './always-firing.ts';
import { loadedRules } from './loaded-rules.ts';
import { RuleObservations } from './rule-observations.ts';

/** A running watch of all rules. */
export interface RuleWatch {
  /** Rules that fire all the time and share their route with other alerts. They count as noise. */
  readonly misrouted: readonly ConstantRule[];
  /** Reads the rules once more and updates the record. */
  keep(): Promise<void>;
}

/**
 * Watches the health of every rule until the signal aborts, twice in each evaluation interval. A failed read is ignored; the
 * next one follows soon.
 */
export async function watchRules(drill: RunningDrill, signal: AbortSignal): Promise<RuleWatch> {
  const { recorder, stack } = drill;
  const everyMs = Math.max(250, Math.min(1_000, prometheusSettings(stack.files).evaluationMs / 2));
  const constants = await constantRules(drill, await loadedRules(drill));
  const observations = new RuleObservations(
    Date.now(),
    constants.filter((one) => one.routeOwner === undefined),
  );
  const store = () => {
    recorder.record.rules = { noise: [], ...recorder.record.rules, ...observations.result() };
  };
  store();

  const look = async () => {
    observations.look(await loadedRules(drill), Date.now());
    store();
  };
  // If the component stays unreachable, another reader of it breaks the drill.
  void pollUntilAborted(look, { everyMs, signal });
  return {
    misrouted: constants.filter((one) => one.routeOwner !== undefined),
    keep: look,
  };
}
