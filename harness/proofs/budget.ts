import type { ProofEvidence } from '../../core/record.ts';
import type { ProofOf } from '../../core/scenario.ts';
import { hasServiceFailed } from '../load/load-statistics.ts';
import type { RunningDrill } from '../running-drill.ts';
import type { ProofWindow } from './proof-window.ts';
import { requireReader } from './require-reader.ts';

/**
 * Returns the share of the error budget that a panel of Grafana shows at the injection and now, and what k6 saw between
 * injection and revert.
 */
export async function budgetEvidence(
  { grafana, loadStatistics, options }: Pick<RunningDrill, 'grafana' | 'loadStatistics' | 'options'>,
  { journey, dashboard, panel }: ProofOf<'budget'>,
  { injectedAt, revertedAt }: ProofWindow,
): Promise<ProofEvidence> {
  const { reader } = requireReader(grafana, 'Grafana');
  const query = await reader.panelQuery(dashboard, panel);
  const [before, after] = [await reader.valueAt(query, injectedAt), await reader.valueAt(query, Date.now())];
  const samples = loadStatistics
    .samplesBetween(injectedAt, revertedAt)
    .filter((sample) => sample.journey === journey);
  return {
    kind: 'budget',
    query: query.expr,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    requests: samples.length,
    failed: samples.filter(hasServiceFailed).length,
    perSecond: options.scenario.load.rates[journey] ?? 0,
  };
}
