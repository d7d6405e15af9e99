import { switchPage } from '../../core/dead-mans-switch.ts';
import { type AlertExpectation, alertsWithEvidence } from '../../core/expected-alerts.ts';
import { paced } from '../../core/pace.ts';
import type { LeftAlert } from '../../core/record.ts';
import { awaitedRollback, type Scenario } from '../../core/scenario.ts';
import { collectEvidence, type FailureCounters, readFailureCounters } from '../evidence/collect.ts';
import { openRunbookLinks } from '../evidence/open-runbooks.ts';
import { collectPages } from '../pages/collect-pages.ts';
import { requireObserved } from '../pages/notifications.ts';
import { type OpenProofs, startProofs } from '../proofs/proofs.ts';
import type { RunningDrill } from '../running-drill.ts';
import { runbooksOf } from '../stack/placement.ts';
import { refuseProvisioningErrors } from '../stack/provisioning.ts';
import { Annotations } from '../watch/annotations.ts';
import { LiveHops } from '../watch/live-hops.ts';
import { type RuleWatch, watchRules } from '../watch/watch-rules.ts';
import {
  awaitPages,
  awaitRecovery,
  pagesWithinMs,
  resolveWithinMs,
  strayPagesWaitMs,
} from './await-pages.ts';
import {
  effectiveBeforeAlerts,
  effectText,
  injectFault,
  proofWithinMs,
  proveFault,
  recordFaultWindow,
  revertAfter,
} from './fault-window.ts';
import { gateWithinMs, quietGate } from './gate.ts';
import { giveHistory, historyWithinMs } from './give-history.ts';
import { awaitRollback, holdFault, holdLimitMs } from './hold-fault.ts';
import type { InjectedFault } from './injected-fault.ts';
import { type DrillPhase, limitInputsOf, maxLoadMs, runDrillPhase } from './phase.ts';
import { awaitSettled, maxActiveMsOfAllRules } from './settle.ts';
import { silence } from './silence.ts';
import { recordMemory, warmUp, warmUpWithinMs } from './warm-up.ts';

/** A drill whose rules are watched. */
interface WatchedDrill extends RunningDrill {
  readonly rules: RuleWatch;
}

/** A drill with an injected fault. */
interface FaultyDrill extends WatchedDrill {
  readonly trouble: FailureCounters;
  readonly open: InjectedFault;
  readonly hops: LiveHops;
  readonly annotations: Annotations;
  readonly proofs: OpenProofs;
  /** Settles when a fault of fixed length is reverted. `undefined` for any other fault. */
  readonly fixedLengthEnd: Promise<void> | undefined;
  /** The alerts that are still active when the drill has settled. */
  left: LeftAlert[];
}

const warmingUp: DrillPhase = {
  name: 'warm up',
  awaits: () => 'a history of healthy traffic',
  limitMs: (inputs) => warmUpWithinMs(inputs) + historyWithinMs(inputs),
  work: async (drill) => {
    const { options, grafana, before } = drill;
    const all = Object.values(drillPhasesOf(options.scenario)).flat();
    const inputs = limitInputsOf(drill);
    await warmUp(drill, maxLoadMs(all, inputs), warmUpWithinMs(inputs));
    if (grafana?.log !== undefined && !before) await refuseProvisioningErrors(grafana.log, options.overlay);
    await giveHistory(drill, historyWithinMs(inputs));
  },
};

/** Returns `undefined` when noisy rules kept the gate closed. */
const gate: DrillPhase<WatchedDrill, FailureCounters | undefined> = {
  name: 'quiet gate',
  awaits: () => 'nothing pending, firing or paged',
  limitMs: gateWithinMs,
  work: async (drill, withinMs) => {
    const { rules, recorder } = drill;
    const { record } = recorder;
    const result = await quietGate(drill, rules, withinMs);
    await rules.keep();
    if ('noise' in result) {
      if (record.rules) record.rules.noise = result.noise;
      return undefined;
    }
    record.quietGate = result.held;
    await recordMemory(drill);
    return await readFailureCounters(drill);
  },
};

const inject: DrillPhase<RunningDrill, InjectedFault> = {
  name: 'inject',
  awaits: ({ fault }) => fault.description,
  work: async (drill) => {
    await silence(drill);
    return await injectFault(drill);
  },
};

const prove: DrillPhase<FaultyDrill> = {
  name: 'prove fault',
  awaits: ({ options }) => effectText(options.scenario),
  limitMs: proofWithinMs,
  work: (drill, withinMs) => proveFault(drill, drill.open, drill.hops, withinMs),
};

const pages: DrillPhase<FaultyDrill> = {
  name: 'await pages',
  awaits: ({ options }) => expectationsText(options.scenario),
  limitMs: pagesWithinMs,
  work: (drill, withinMs) => awaitPages(drill, drill.open, drill.hops, withinMs),
};

const hold: DrillPhase<FaultyDrill> = {
  name: 'hold fault',
  awaits: ({ options: { scenario } }) => {
    if (scenario.fault.lasts) return "the fault's end";
    return awaitedRollback(scenario) ? 'a rollback' : 'the alerts to stay on';
  },
  limitMs: holdLimitMs,
  work: async (drill, withinMs) => {
    const { fixedLengthEnd, open, hops, options } = drill;
    const rollback = awaitedRollback(options.scenario);
    if (fixedLengthEnd) await fixedLengthEnd;
    else if (rollback) await awaitRollback(drill, open, hops, rollback, withinMs);
    else await holdFault(drill, open, hops);
  },
};

const revert: DrillPhase<FaultyDrill> = {
  name: 'revert',
  awaits: () => 'the fault to be undone',
  work: async (drill) => {
    const { open, annotations, fault } = drill;
    const reverted = await open.revert();
    annotations.mark('revert', reverted.revertedAt, `reverted: ${fault.description}`);
    recordFaultWindow(drill, open, reverted);
  },
};

const recover: DrillPhase<FaultyDrill> = {
  name: 'prove recovery',
  awaits: () => 'every page resolved',
  limitMs: resolveWithinMs,
  work: (drill, withinMs) => awaitRecovery(drill, drill.open, drill.hops, withinMs),
};

const settle: DrillPhase<FaultyDrill> = {
  name: 'settle',
  awaits: () => 'stray pages, and nothing to be active',
  limitMs: (inputs) => Math.max(strayPagesWaitMs(inputs), maxActiveMsOfAllRules(inputs)),
  work: async (drill, withinMs) => {
    drill.left = await awaitSettled(drill, strayPagesWaitMs(limitInputsOf(drill)), withinMs);
  },
};

const collect: DrillPhase<FaultyDrill> = {
  name: 'collect evidence',
  awaits: () => 'evidence from every component',
  work: async (drill) => {
    const { open, rules, proofs, trouble, left, annotations, stack, signal } = drill;
    const { record } = drill.recorder;
    recordFaultWindow(drill, open, await open.revert());
    Object.assign(record, collectPages(stack));
    if (stack.listeners.observer) requireObserved(record);
    await rules.keep();
    record.evidence = { ...(await collectEvidence(drill, open, trouble)), left };
    if (record.faultWindow)
      record.faultWindow = effectiveBeforeAlerts(
        record.faultWindow,
        drill.options.scenario.fault.hits,
        record.evidence.alerts,
      );
    // After the evidence, because the rules in it show which links are runbooks.
    record.runbooks = await openRunbookLinks({ ...runbookAccess(drill), signal }, record);
    if (record.faultWindow) record.evidence.proofs = await proofs.finish(record.faultWindow);
    await annotations.end();
  },
};

function runbookAccess({ options, stack }: Pick<RunningDrill, 'options' | 'stack'>) {
  const { staging } = options.placement;
  const { runbooksUrl: url } = stack.listeners;
  if (staging || url === undefined) return { hosts: staging?.hosts ?? [] };
  return { folder: { url, links: runbooksOf(options).links } };
}

/** The phases of a drill in order. A fault of fixed length is reverted before its pages are awaited. */
export const drillPhasesOf = ({ fault: { lasts } }: Pick<Scenario, 'fault'>) => ({
  warmingUp,
  gate,
  inject,
  whileFaulty: lasts === undefined ? [prove, pages, hold] : [prove, hold],
  revert,
  afterwards: [...(lasts === undefined ? [] : [pages]), recover, settle, collect],
});

/** Runs the phases from the warm-up to the collected evidence. */
export async function runDrillPhases(drill: RunningDrill): Promise<void> {
  const { options, fault, scope, signal, stack, grafana } = drill;
  const { scenario, pace } = options;
  const table = drillPhasesOf(scenario);
  await runDrillPhase(table.warmingUp, drill);
  const watched = new AbortController();
  scope.defer('stop watching the rules', () => watched.abort());
  const rules = await watchRules(drill, AbortSignal.any([signal, watched.signal]));
  const trouble = await runDrillPhase(table.gate, { ...drill, rules });
  // The fault is not injected: its pages could not be distinguished from those of the noisy rules.
  if (!trouble) return;
  // A staging is written nothing.
  const annotations = new Annotations(options, options.placement.staging ? undefined : grafana?.reader);
  annotations.markPages(stack.listeners.receivers, stack.listeners.deadMansSwitch?.path);
  const proofs = startProofs(drill);
  const open = await runDrillPhase(table.inject, drill);
  annotations.mark('injection', open.injectedAt, fault.description);
  const hops = new LiveHops(drill, open);
  const ended = new AbortController();
  const { lasts } = scenario.fault;
  const fixedLengthEnd =
    lasts === undefined
      ? undefined
      : revertAfter(open, paced(lasts, pace), AbortSignal.any([signal, ended.signal]));
  // Prevents an unhandled rejection when the drill ends before the phase that awaits this promise.
  fixedLengthEnd?.catch(() => {});
  const faulty: FaultyDrill = {
    ...drill,
    rules,
    trouble,
    open,
    hops,
    annotations,
    proofs,
    fixedLengthEnd,
    left: [],
  };
  try {
    for (const phase of table.whileFaulty) await runDrillPhase(phase, faulty);
  } finally {
    ended.abort();
    await runDrillPhase(table.revert, faulty);
  }
  for (const phase of table.afterwards) await runDrillPhase(phase, faulty);
  watched.abort();
}

const expectationsText = ({ expectations }: Scenario): string =>
  [
    ...alertsWithEvidence(expectations).map(expectationText),
    ...expectations.flatMap((one) =>
      one.kind === 'dead-mans-switch' ? [expectationText(switchPage(one))] : [],
    ),
  ].join(', ') || 'nothing';

function expectationText(expectation: AlertExpectation): string {
  switch (expectation.kind) {
    case 'page':
      return `${expectation.alert} at ${expectation.receiver}`;
    case 'pending-only':
      return `${expectation.alert} no more than pending`;
    case 'suppressed':
      return `${expectation.alert} ${expectation.by === undefined ? 'firing' : 'suppressed'}`;
  }
}
