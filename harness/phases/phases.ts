import { paced } from '../../core/pace.ts';
import type { LeftAlert } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';
import { collectEvidence, readTrouble, type TroubleBefore } from '../evidence/collect.ts';
import { openRunbookLinks } from '../evidence/open-runbooks.ts';
import { collectPages } from '../pages/collect-pages.ts';
import { requireObserved } from '../pages/notifications.ts';
import { type OpenProofs, startProofs } from '../proofs/proofs.ts';
import type { RunningDrill } from '../running-drill.ts';
import { refuseHalfProvisioned } from '../stack/provisioning.ts';
import { Annotations } from '../watch/annotations.ts';
import { LiveHops } from '../watch/live-hops.ts';
import { type RuleWatch, watchRules } from '../watch/watch-rules.ts';
import { awaitPages, awaitRecovery, pagesWithinMs, resolveWithinMs, settleMs } from './await-pages.ts';
import { effectText, injectFault, lastOut, measure, proofWithinMs, proveFault } from './fault-window.ts';
import { gateWithinMs, quietGate } from './gate.ts';
import { holdFault, holdWithinMs } from './hold-fault.ts';
import { calmWithinMs, settled } from './nothing-left.ts';
import type { OpenFault } from './open-fault.ts';
import { inputsOf, loadAtMostMs, type Phase, runPhase } from './phase.ts';
import { rememberMemory, warmUp, warmUpWithinMs } from './warm-up.ts';

/** A drill whose rules are watched. */
interface WatchedDrill extends RunningDrill {
  readonly rules: RuleWatch;
}

/** A drill whose fault was injected. */
interface FaultyDrill extends WatchedDrill {
  readonly trouble: TroubleBefore;
  readonly open: OpenFault;
  readonly hops: LiveHops;
  readonly annotations: Annotations;
  readonly proofs: OpenProofs;
  /** Settles when a fault of fixed length is over. */
  readonly lasting: Promise<void> | undefined;
  /** What is still active once the drill has settled. */
  left: LeftAlert[];
}

const warmingUp: Phase = {
  name: 'warm up',
  awaits: () => 'a history of healthy traffic',
  limitMs: warmUpWithinMs,
  work: async (drill, withinMs) => {
    const { options, grafana, before } = drill;
    const all = Object.values(phasesOf(options.scenario)).flat();
    await warmUp(drill, loadAtMostMs(all, inputsOf(drill)), withinMs);
    if (grafana && !before) await refuseHalfProvisioned(grafana.log, options.overlay);
  },
};

/** Leaves nothing when the gate stayed shut by rules that are at fault. */
const gate: Phase<WatchedDrill, TroubleBefore | undefined> = {
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
    await rememberMemory(drill);
    return await readTrouble(drill);
  },
};

const inject: Phase<RunningDrill, OpenFault> = {
  name: 'inject',
  awaits: ({ fault }) => fault.description,
  work: injectFault,
};

const prove: Phase<FaultyDrill> = {
  name: 'prove fault',
  awaits: ({ options }) => effectText(options.scenario),
  limitMs: proofWithinMs,
  work: (drill, withinMs) => proveFault(drill, drill.open, drill.hops, withinMs),
};

const pages: Phase<FaultyDrill> = {
  name: 'await pages',
  awaits: ({ options }) => awaited(options.scenario),
  limitMs: pagesWithinMs,
  work: (drill, withinMs) => awaitPages(drill, drill.open, drill.hops, withinMs),
};

const hold: Phase<FaultyDrill> = {
  name: 'hold fault',
  awaits: ({ options }) => (options.scenario.fault.lasts ? "the fault's end" : 'the alerts to stay on'),
  limitMs: holdWithinMs,
  work: async (drill) => await (drill.lasting ?? holdFault(drill, drill.open, drill.hops)),
};

const revert: Phase<FaultyDrill> = {
  name: 'revert',
  awaits: () => 'the fault to be undone',
  work: async (drill) => {
    const { open, annotations, fault } = drill;
    const reverted = await open.revert();
    annotations.mark('revert', reverted.revertedAt, `reverted: ${fault.description}`);
    measure(drill, open, reverted);
  },
};

const recover: Phase<FaultyDrill> = {
  name: 'prove recovery',
  awaits: () => 'every page resolved',
  limitMs: resolveWithinMs,
  work: (drill, withinMs) => awaitRecovery(drill, drill.open, drill.hops, withinMs),
};

const settle: Phase<FaultyDrill> = {
  name: 'settle',
  awaits: () => 'stray pages, and nothing to be active',
  limitMs: (inputs) => Math.max(settleMs(inputs), calmWithinMs(inputs)),
  work: async (drill, withinMs) => {
    drill.left = await settled(drill, settleMs(inputsOf(drill)), withinMs);
  },
};

const collect: Phase<FaultyDrill> = {
  name: 'collect evidence',
  awaits: () => 'what every component knows',
  work: async (drill) => {
    const { open, rules, proofs, trouble, left, annotations, stack, signal } = drill;
    const { record } = drill.recorder;
    measure(drill, open, await open.revert());
    Object.assign(record, collectPages(stack));
    requireObserved(record);
    await rules.keep();
    record.evidence = { ...(await collectEvidence(drill, open, trouble)), left };
    // What the rules name decides which links are runbooks.
    record.runbooks = await openRunbookLinks({ runbooksUrl: stack.listeners.runbooksUrl, signal }, record);
    if (record.faultWindow) record.evidence.proofs = await proofs.finish(record.faultWindow);
    await annotations.end();
  },
};

/** The table of the phases, in order; a fault of fixed length is reverted before its pages are awaited. */
export const phasesOf = ({ fault: { lasts } }: Pick<Scenario, 'fault'>) => ({
  warmingUp,
  gate,
  inject,
  whileFaulty: lasts === undefined ? [prove, pages, hold] : [prove, hold],
  revert,
  afterwards: [...(lasts === undefined ? [] : [pages]), recover, settle, collect],
});

/** From the first request to the collected evidence. */
export async function throughPhases(drill: RunningDrill): Promise<void> {
  const { options, fault, scope, signal, stack, grafana } = drill;
  const { scenario, pace } = options;
  const table = phasesOf(scenario);
  await runPhase(table.warmingUp, drill);
  const watched = new AbortController();
  scope.defer('stop watching the rules', () => watched.abort());
  const rules = await watchRules(drill, AbortSignal.any([signal, watched.signal]));
  const trouble = await runPhase(table.gate, { ...drill, rules });
  // The fault's pages could not be told from those of rules that fire without it.
  if (!trouble) return;
  const annotations = new Annotations(options, grafana?.reader);
  annotations.markPages(stack.listeners.receivers);
  const proofs = startProofs(drill);
  const open = await runPhase(table.inject, drill);
  annotations.mark('injection', open.injectedAt, fault.description);
  const hops = new LiveHops(drill, open);
  const ended = new AbortController();
  const { lasts } = scenario.fault;
  const lasting =
    lasts === undefined
      ? undefined
      : lastOut(open, paced(lasts, pace), AbortSignal.any([signal, ended.signal]));
  // Awaited by a phase, unless the drill ends before.
  lasting?.catch(() => {});
  const faulty: FaultyDrill = {
    ...drill,
    rules,
    trouble,
    open,
    hops,
    annotations,
    proofs,
    lasting,
    left: [],
  };
  try {
    for (const phase of table.whileFaulty) await runPhase(phase, faulty);
  } finally {
    ended.abort();
    await runPhase(table.revert, faulty);
  }
  for (const phase of table.afterwards) await runPhase(phase, faulty);
  watched.abort();
}

const awaited = ({ expectations }: Scenario): string =>
  expectations
    .map((expectation) =>
      expectation.kind === 'page'
        ? `${expectation.alert} at ${expectation.receiver}`
        : `${expectation.alert} no more than pending`,
    )
    .join(', ') || 'nothing';
