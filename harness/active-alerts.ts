import type { LeftAlert } from '../core/record.ts';
import type { Parts } from './parts.ts';

/** What is pending or firing now, by whoever evaluates its rule. */
export async function activeAlerts({
  prometheus,
  grafana,
}: Pick<Parts, 'prometheus' | 'grafana'>): Promise<LeftAlert[]> {
  const ofPrometheus = (await prometheus.alertsNow()).map(
    ({ labels, state, activeAt }): LeftAlert => ({
      manager: 'prometheus',
      alert: labels.alertname ?? '',
      labels,
      state,
      ...(activeAt === undefined ? {} : { since: Number(activeAt) }),
    }),
  );
  const ofGrafana = ((await grafana?.rules()) ?? []).flatMap(({ name, folder: file, group, alerts }) =>
    alerts.flatMap(({ labels, state, activeAt }): LeftAlert[] =>
      state === 'Normal'
        ? []
        : [
            {
              manager: 'grafana',
              alert: name,
              labels,
              state: words[state] ?? state.toLowerCase(),
              ...(activeAt === undefined ? {} : { since: activeAt }),
              rule: { file, group },
            },
          ],
    ),
  );
  return [...ofPrometheus, ...ofGrafana];
}

/** Grafana's states in Prometheus' words; `NoData` and `Error` send pages too. */
const words: Readonly<Record<string, string>> = {
  Pending: 'pending',
  Alerting: 'firing',
  NoData: 'without data',
  Error: 'in error',
};
