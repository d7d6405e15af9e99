import type { Parts } from './parts.ts';

/** What is pending or firing now, by whoever evaluates its rule. */
export async function activeAlerts({
  prometheus,
  grafana,
}: Pick<Parts, 'prometheus' | 'grafana'>): Promise<{ alert: string; state: string }[]> {
  const ofPrometheus = (await prometheus.alertsNow()).map(({ labels, state }) => ({
    alert: labels.alertname ?? '',
    state,
  }));
  const ofGrafana = ((await grafana?.rules()) ?? []).flatMap(({ name, alerts }) =>
    alerts.flatMap(({ state }) =>
      state === 'Normal' ? [] : [{ alert: name, state: words[state] ?? state.toLowerCase() }],
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
