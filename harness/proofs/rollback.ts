import { controller, isRollback, rollbackAdapter } from '../../core/deployments.ts';
import type { ProofEvidence } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import { type DeploymentsReader, deploymentsReader } from '../../signals/readers/deployments.ts';
import { hasFailed, startOf } from '../load/load-statistics.ts';
import type { RunningDrill } from '../running-drill.ts';
import type { ProofWindow } from './proof-window.ts';

export const openDeployments = ({
  stack,
  signal,
}: Pick<RunningDrill, 'stack' | 'signal'>): DeploymentsReader =>
  deploymentsReader(
    {
      controller: stack.url(controller.pod, controller.port),
      adapter: stack.url(rollbackAdapter.pod, rollbackAdapter.port),
    },
    stack.runtime.secret,
    signal,
  );

/** Returns what was deployed and decided since the injection, and how the requests fared after the rollback. */
export async function rollbackEvidence(
  drill: Pick<RunningDrill, 'stack' | 'signal' | 'loadStatistics' | 'options'>,
  { application }: ProofOf<'rollback'>,
  { injectedAt }: Pick<ProofWindow, 'injectedAt'>,
): Promise<ProofEvidence> {
  const reader = openDeployments(drill);
  const { history, operationState } = (await reader.application(application)).status;
  const since = history.filter(({ deployStartedAt }) => deployStartedAt >= injectedAt);
  const decisions = (await reader.decisions()).filter(({ at }) => at >= injectedAt);
  const rollback = since.find(isRollback);
  const after = rollback && requestsAfter(drill, rollback.deployedAt);
  return {
    kind: 'rollback',
    before: history[history.length - since.length - 1]?.revision ?? '',
    deployments: since.map((one) => ({
      revision: one.revision,
      startedAt: one.deployStartedAt,
      deployedAt: one.deployedAt,
      by: one.initiatedBy.username,
      rollback: isRollback(one),
    })),
    ...(operationState ? { lastOperation: `${operationState.phase}: ${operationState.message}` } : {}),
    decisions,
    ...(after ? { after } : {}),
  };
}

/** Counts the requests of the fault's journey that began at `from` or later, and those of them that failed. */
function requestsAfter(
  { loadStatistics, options }: Pick<RunningDrill, 'loadStatistics' | 'options'>,
  from: number,
) {
  const journey = options.scenario.fault.hits?.journey;
  const samples = loadStatistics
    .samplesBetween(from, Date.now())
    .filter((sample) => sample.journey === journey && startOf(sample) >= from);
  return {
    requests: samples.length,
    failed: samples.filter(hasFailed).length,
  };
}
