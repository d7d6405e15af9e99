import { setTimeout as sleep } from 'node:timers/promises';
import { humanDuration } from '../../core/duration.ts';
import { statusOf } from '../../core/http.ts';
import type { ProofEvidence } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import { isService } from '../../stacks/component.ts';
import type { RunningStack } from '../../stacks/start.ts';
import type { ProofWindow } from './proof-window.ts';

/** The shortest usual period of a readiness probe, and its usual time limit. Not divided by the pace. */
const everyMs = 1_000;
const timeLimitMs = 1_000;
/** The longest gap between two probes of a pod that is accepted on a busy machine. */
const maxGapMs = 5_000;

interface Answer {
  readonly pod: string;
  readonly at: number;
  /** HTTP status; 0 without an answer within the limit. */
  readonly status: number;
}

export interface ReadinessWatch {
  /** Returns the answers from the injection to the revert. */
  within(window: ProofWindow): ProofEvidence;
}

/** Probes the readiness of every pod periodically until the signal aborts. */
export function watchReadiness(
  stack: RunningStack,
  proof: ProofOf<'readiness'>,
  signal: AbortSignal,
): ReadinessWatch {
  const answers: Answer[] = [];
  for (const pod of proof.pods) void watchPod(readyUrl(stack, pod), pod, answers, signal).catch(() => {});
  return {
    within: (window) => readinessOf(proof, answers, window),
  };
}

/** Returns the answers while the fault lasted, or `unread` when a pod was not probed for too long. */
export function readinessOf(
  { pods, answers: expected }: ProofOf<'readiness'>,
  answers: readonly Answer[],
  { injectedAt, heldUntil, revertedAt }: Pick<ProofWindow, 'injectedAt' | 'heldUntil' | 'revertedAt'>,
): ProofEvidence {
  // While the fault is reverted, a pod may be ready again already.
  const until = expected === 200 ? revertedAt : (heldUntil ?? revertedAt);
  const asked = answers.filter(({ at }) => at >= injectedAt && at <= until);
  for (const pod of pods) {
    const times = asked.filter((answer) => answer.pod === pod).map(({ at }) => at);
    const gaps = [...times, until].map((at, i) => at - (times[i - 1] ?? injectedAt));
    const gapMs = Math.max(...gaps);
    if (gapMs <= maxGapMs) continue;
    return { kind: 'unread', problem: `${pod} was not asked for ${humanDuration(gapMs)} of the fault` };
  }
  const isReady = ({ status }: Answer) => status === 200;
  const lastReady = Object.fromEntries(asked.filter(isReady).map(({ pod, at }) => [pod, at]));
  return {
    kind: 'readiness',
    checks: asked.length,
    notReady: asked.filter((answer) => !isReady(answer)),
    ...(expected === 200 ? {} : { lastReady }),
  };
}

function readyUrl({ components, url }: RunningStack, pod: string): string {
  for (const { spec } of components) {
    if (spec.pod === pod && isService(spec) && spec.ready.kind === 'http')
      return url(pod, spec.ready.port) + spec.ready.path;
  }
  throw new Error(`no service in pod ${pod}`);
}

async function watchPod(url: string, pod: string, answers: Answer[], signal: AbortSignal): Promise<void> {
  for (;;) {
    const at = Date.now();
    const status = await statusOf(url, timeLimitMs, signal).catch(() => 0);
    signal.throwIfAborted();
    answers.push({ pod, at, status });
    await sleep(Math.max(0, at + everyMs - Date.now()), undefined, { signal });
  }
}
