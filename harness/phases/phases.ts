import { paced } from '../../core/pace.ts';
import type { Scenario } from '../../core/scenario.ts';
import { collectEvidence, readTrouble } from '../evidence/collect.ts';
import { requireObserved } from '../evidence/notifications.ts';
import { collectPages } from '../evidence/pages.ts';
import type { Parts } from '../parts.ts';
import { startProofs } from '../proofs/proofs.ts';
import { Annotations } from '../record/annotations.ts';
import type { Drill } from '../running-drill.ts';
import { openRunbookLinks } from '../stack/open-runbooks.ts';
import { refuseHalfProvisioned } from '../stack/provisioning.ts';
import { LiveHops } from '../watch/live-hops.ts';
import { type RuleWatch, watchRules } from '../watch/watch-rules.ts';
import { awaitPages, awaitRecovery, pagesWithinMs, resolveWithinMs, settleMs } from './await-pages.ts';
import { effectText, injectFault, lastOut, proofWithinMs, proveFault, requiredHits } from './fault-window.ts';
import { gateWithinMs, quietGate } from './gate.ts';
import { holdFault, holdWithinMs } from './hold-fault.ts';
import { calmWithinMs, settled } from './nothing-left.ts';
import { rememberMemory, warmUp, warmUpWithinMs } from './warm-up.ts';

/** The phases on a running stack, from the first request to the collected evidence. */
export async function throughPhases(drill: Drill, parts: Parts): Promise<void> {
  const { recorder } = drill;
  const history = { awaits: 'a history of healthy traffic', upToMs: warmUpWithinMs(parts) };
  await recorder.phase('warm up', history, async () => {
    await warmUp(drill, parts);
    if (parts.grafana && !parts.before) await refuseHalfProvisioned(parts.logs, drill.options.overlay);
  });
  const gate = {
    awaits: 'nothing pending, firing or paged',
    upToMs: gateWithinMs(parts),
  };
  const watched = new AbortController();
  drill.scope.defer('stop watching the rules', () => watched.abort());
  const rules = await watchRules(parts, AbortSignal.any([parts.signal, watched.signal]));
  const before = await recorder.phase('quiet gate', gate, async () => {
    const result = await quietGate(parts, rules);
    await rules.keep();
    if ('noise' in result) {
      if (recorder.record.rules) recorder.record.rules.noise = result.noise;
      return undefined;
    }
    recorder.record.quietGate = result.held;
    await rememberMemory(parts);
    return await readTrouble(parts);
  });
  // The fault's pages could not be told from those of rules that fire without it.
  if (!before) return;
  await throughFault(drill, parts, before, rules);
  watched.abort();
}

async function throughFault(
  drill: Drill,
  parts: Parts,
  before: Awaited<ReturnType<typeof readTrouble>>,
  rules: RuleWatch,
): Promise<void> {
  const { recorder, scope, fault } = drill;
  const { scenario, account } = parts;
  const { record } = recorder;
  const annotations = new Annotations(parts);
  const stopMarking = annotations.markPages(parts.receivers);
  const proofs = startProofs(parts, (what, undo) => scope.defer(what, undo));
  const open = await recorder.phase('inject', { awaits: fault.description }, () =>
    injectFault(parts, fault, (what, undo, budgetMs) => scope.defer(what, undo, budgetMs)),
  );
  annotations.mark('injection', open.injectedAt, fault.description);
  let revertedAt: number | undefined;
  const measure = () => {
    const heldUntil = open.heldUntil();
    record.faultWindow = {
      injectedAt: open.injectedAt,
      ...(heldUntil === undefined ? {} : { heldUntil }),
      ...(revertedAt === undefined ? {} : { revertedAt }),
      required: requiredHits(scenario),
      ...account.window(open.injectedAt, revertedAt ?? Date.now()),
    };
  };
  const hops = new LiveHops(parts, open);
  const pages = () =>
    recorder.phase('await pages', { awaits: awaited(scenario), upToMs: pagesWithinMs(parts) }, () =>
      awaitPages(parts, open.injectedAt, hops),
    );
  const { lasts } = scenario.fault;
  const lastsMs = lasts === undefined ? undefined : paced(lasts, parts.pace);
  const ended = new AbortController();
  const lasting =
    lastsMs === undefined ? undefined : lastOut(open, lastsMs, AbortSignal.any([parts.signal, ended.signal]));
  // Awaited below, unless the drill ends before.
  lasting?.catch(() => {});
  try {
    await recorder.phase(
      'prove fault',
      { awaits: effectText(scenario), upToMs: proofWithinMs(scenario) },
      () => proveFault(parts, open, hops),
    );
    if (lasting === undefined) await pages();
    await recorder.phase(
      'hold fault',
      lasting
        ? { awaits: "the fault's end", upToMs: lastsMs ?? 0 }
        : { awaits: 'the alerts to stay on', upToMs: holdWithinMs(parts) },
      () => lasting ?? holdFault(parts, open.injectedAt, hops),
    );
  } finally {
    ended.abort();
    await recorder.phase('revert', { awaits: 'the fault to be undone' }, async () => {
      revertedAt = await open.revert();
      annotations.mark('revert', revertedAt, `reverted: ${fault.description}`);
      measure();
    });
  }
  if (lasting) await pages();
  await recorder.phase(
    'prove recovery',
    { awaits: 'every page resolved', upToMs: resolveWithinMs(parts) },
    () => awaitRecovery(parts, open.injectedAt, hops),
  );
  const settle = settleMs(parts, record.floors);
  const left = await recorder.phase(
    'settle',
    { awaits: 'stray pages, and nothing to be active', upToMs: Math.max(settle, calmWithinMs(parts)) },
    () => settled(parts, settle),
  );
  await recorder.phase('collect evidence', { awaits: 'what every component knows' }, async () => {
    measure();
    Object.assign(record, collectPages(parts));
    requireObserved(record);
    await rules.keep();
    record.evidence = { ...(await collectEvidence(parts, open, before)), left };
    // What the rules name decides which links are runbooks.
    record.runbooks = await openRunbookLinks(parts, record);
    if (record.faultWindow) record.evidence.proofs = await proofs.finish(record.faultWindow);
    stopMarking();
    await annotations.made();
  });
}

const awaited = ({ expectations }: Scenario): string =>
  expectations
    .map((expectation) =>
      expectation.kind === 'page'
        ? `${expectation.alert} at ${expectation.receiver}`
        : `${expectation.alert} no more than pending`,
    )
    .join(', ') || 'nothing';
