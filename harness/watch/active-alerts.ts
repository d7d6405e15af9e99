import { isAlwaysFiring } from '../../assertions/always-firing.ts';
import type { LeftAlert, Unjudged } from '../../core/record.ts';
import { parseValue } from '../../signals/readers/exposition.ts';
import type { RunningDrill } from '../running-drill.ts';

/** An alert that is pending or firing now, or that its manager calls anything but normal. */
export interface ActiveAlert extends LeftAlert {
  /** What its expression gave, where the manager tells. */
  readonly value?: number;
}

/** Who is asked; the record, where there is one, knows which alerts are to fire all the time. */
interface Asked extends Pick<RunningDrill, 'prometheus' | 'grafana'> {
  readonly recorder?: { readonly record: Pick<Unjudged, 'rules'> };
}

/** What is pending or firing now, by whoever evaluates its rule, but for the alerts that are to fire all the time. */
export async function activeAlerts(asked: Asked): Promise<LeftAlert[]> {
  return (await activeNow(asked)).map(({ value: _, ...alert }) => alert);
}

/** The same with what their expressions gave. */
export async function activeNow({ prometheus, grafana, recorder }: Asked): Promise<ActiveAlert[]> {
  const ofPrometheus = (await prometheus.alertsNow()).map(
    ({ labels, state, activeAt, value }): ActiveAlert => ({
      manager: 'prometheus',
      alert: labels.alertname ?? '',
      labels,
      state,
      ...(activeAt === undefined ? {} : { since: Number(activeAt) }),
      ...(value === undefined ? {} : { value: parseValue(value) }),
    }),
  );
  const ofGrafana = ((await grafana?.reader.rules()) ?? []).flatMap(({ name, folder: file, group, alerts }) =>
    alerts.flatMap(({ labels, state, activeAt }): ActiveAlert[] =>
      state === 'Normal'
        ? []
        : [
            {
              manager: 'grafana',
              alert: name,
              labels: { ...labels, alertname: name },
              state: words[state] ?? state.toLowerCase(),
              ...(activeAt === undefined ? {} : { since: activeAt }),
              rule: { file, group },
            },
          ],
    ),
  );
  const record = recorder?.record ?? {};
  return [...ofPrometheus, ...ofGrafana].filter(({ labels }) => !isAlwaysFiring(record, labels));
}

/** Grafana's states in Prometheus' words; `NoData` and `Error` send pages too. */
const words: Readonly<Record<string, string>> = {
  Pending: 'pending',
  Alerting: 'firing',
  NoData: 'without data',
  Error: 'in error',
};
