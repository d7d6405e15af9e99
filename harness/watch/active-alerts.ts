import { isAlwaysFiring } from '../../assertions/always-firing.ts';
import type { LeftAlert, Unjudged } from '../../core/record.ts';
import { parseValue } from '../../signals/readers/exposition.ts';
import type { RunningDrill } from '../running-drill.ts';

/** An alert that is pending or firing now, or has another state than Grafana's `Normal`. */
export interface AlertWithValue extends LeftAlert {
  /** Value of its expression, if the manager shows it. */
  readonly value?: number;
}

/** The readers, and the record, which contains the alerts that are meant to fire all the time. */
interface AlertSources extends Pick<RunningDrill, 'prometheus' | 'watched' | 'grafana'> {
  readonly recorder?: { readonly record: Pick<Unjudged, 'rules'> };
}

/** Returns the active alerts of all managers, except those that are meant to fire all the time. */
export async function readActiveAlerts(asked: AlertSources): Promise<LeftAlert[]> {
  return (await readActiveAlertsWithValues(asked)).map(({ value: _, ...alert }) => alert);
}

/** Like `readActiveAlerts`, with the values of the expressions. */
export async function readActiveAlertsWithValues({
  prometheus,
  watched,
  grafana,
  recorder,
}: AlertSources): Promise<AlertWithValue[]> {
  const all = await Promise.all([prometheus, watched?.prometheus].map((one) => one?.alertsNow() ?? []));
  const ofPrometheus = all.flat().map(
    ({ labels, state, activeAt, value }): AlertWithValue => ({
      manager: 'prometheus',
      alert: labels.alertname ?? '',
      labels,
      state,
      ...(activeAt === undefined ? {} : { since: Number(activeAt) }),
      ...(value === undefined ? {} : { value: parseValue(value) }),
    }),
  );
  const ofGrafana = ((await grafana?.reader.rules()) ?? []).flatMap(({ name, folder: file, group, alerts }) =>
    alerts.flatMap(({ labels, state, activeAt }): AlertWithValue[] =>
      state === 'Normal'
        ? []
        : [
            {
              manager: 'grafana',
              alert: name,
              labels: { ...labels, alertname: name },
              state: prometheusStates[state] ?? state.toLowerCase(),
              ...(activeAt === undefined ? {} : { since: activeAt }),
              rule: { file, group },
            },
          ],
    ),
  );
  const record = recorder?.record ?? {};
  return [...ofPrometheus, ...ofGrafana].filter(({ labels }) => !isAlwaysFiring(record, labels));
}

/** Prometheus' names for Grafana's states. Alerts in the states `NoData` and `Error` page too. */
const prometheusStates: Readonly<Record<string, string>> = {
  Pending: 'pending',
  Alerting: 'firing',
  NoData: 'without data',
  Error: 'in error',
};
