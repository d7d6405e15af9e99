import { prometheusSettings } from '../../configuration/rules/prometheus-settings.ts';
import { lookUntilAborted } from '../../core/poll.ts';
import type { RunningDrill } from '../running-drill.ts';
import { type Constant, constantRules } from './always-firing.ts';
import { loadedRules } from './loaded-rules.ts';
import { RuleAccount } from './rule-account.ts';

/** The rules under watch. */
export interface RuleWatch {
  /** Those that fire all the time and take a route that is not theirs alone: noise. */
  readonly misrouted: readonly Constant[];
  /** Looks once more, and keeps in the record what was seen. */
  keep(): Promise<void>;
}

/**
 * Watches the health of every rule until the signal aborts, twice in each evaluation interval. A look that fails is
 * made up for by the next: what nobody saw is no evidence of anything.
 */
export async function watchRules(drill: RunningDrill, signal: AbortSignal): Promise<RuleWatch> {
  const { recorder, stack } = drill;
  const everyMs = Math.max(250, Math.min(1_000, prometheusSettings(stack.files).evaluationMs / 2));
  const constants = await constantRules(drill, await loadedRules(drill));
  const account = new RuleAccount(
    Date.now(),
    constants.filter((one) => one.routeOf === undefined),
  );
  const store = () => {
    recorder.record.rules = { noise: [], ...recorder.record.rules, ...account.result() };
  };
  store();

  const look = async () => {
    account.look(await loadedRules(drill), Date.now());
    store();
  };
  // The component that does not answer breaks the drill elsewhere, if it goes on.
  void lookUntilAborted(look, { everyMs, signal });
  return {
    misrouted: constants.filter((one) => one.routeOf !== undefined),
    keep: look,
  };
}
