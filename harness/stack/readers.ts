import { join } from 'node:path';
import { mainPair, type Pair } from '../../configuration/files/pairs.ts';
import type { Pace } from '../../core/pace.ts';
import { type AlertmanagerReader, alertmanagerReader } from '../../signals/readers/alertmanager.ts';
import { type GrafanaReader, grafanaReader } from '../../signals/readers/grafana.ts';
import { type LokiReader, lokiReader } from '../../signals/readers/loki.ts';
import { type PrometheusReader, prometheusReader } from '../../signals/readers/prometheus.ts';
import { type TempoReader, tempoReader } from '../../signals/readers/tempo.ts';
import { type AlertWatch, watchAlerts } from '../../signals/readers/watch-alerts.ts';
import { type GrafanaWatch, watchGrafana } from '../../signals/readers/watch-grafana.ts';
import type { ReadyStack } from './ready-stack.ts';

/** What is read of an Alertmanager. */
type ReadAlertmanager = Pick<
  AlertmanagerReader,
  'alerts' | 'groups' | 'silences' | 'failureCounters' | 'notifierRequests'
>;

/** Readers of a Prometheus and its Alertmanager whose alerts are not judged. A fault may stop them. */
export interface WatchedPair {
  readonly prometheus: PrometheusReader;
  readonly alertmanager: ReadAlertmanager;
}

/** Readers of the running components, and watches that keep alerts that an Alertmanager shows only for a while. */
export interface Readers {
  /** The Prometheus whose alerts are judged. */
  readonly prometheus: PrometheusReader;
  /** Its Alertmanager. Where the stack has none, it holds nothing. */
  readonly alertmanager: { readonly reader: ReadAlertmanager; readonly watch: AlertWatch };
  /** The main pair, if the judged one watches it. */
  readonly watched?: WatchedPair;
  readonly grafana?: {
    readonly reader: GrafanaReader;
    /** Watches Grafana's own Alertmanager and its rules. */
    readonly watch: GrafanaWatch;
    /** Path of Grafana's log. Absent: it is not on this machine. */
    readonly log?: string;
    /** The Prometheus behind the data source with this uid, whichever one is judged. */
    readonly prometheusOf: (uid: string | undefined) => PrometheusReader;
  };
  readonly loki?: LokiReader;
  readonly tempo?: TempoReader;
}

/** What there is to read where no Alertmanager runs. */
const noAlertmanager: ReadAlertmanager = {
  alerts: async () => [],
  groups: async () => [],
  silences: async () => [],
  failureCounters: async () => [],
  notifierRequests: async () => new Map(),
};

/** @param signal ends the watches and every request that is under way. */
export function openReaders(
  {
    components,
    url,
    identities,
    runtime,
    logs,
    judged,
  }: Pick<ReadyStack, 'components' | 'url' | 'identities' | 'runtime' | 'logs' | 'judged'>,
  { factor }: Pace,
  signal: AbortSignal,
): Readers {
  const looks = { everyMs: factor === 1 ? 1_000 : 400, signal };
  const has = (name: string) => components.some(({ spec }) => spec.name === name);
  const as = (name: string) => identities?.get(name);
  const pair = (of: Pair): WatchedPair => ({
    prometheus: prometheusReader(url(of.prometheus, 9090), signal, as(of.prometheus)),
    alertmanager: has(of.alertmanager)
      ? alertmanagerReader(url(of.alertmanager, 9093), signal, as(of.alertmanager))
      : noAlertmanager,
  });
  const own = pair(judged);
  const main = judged === mainPair ? own : pair(mainPair);
  const always = {
    prometheus: own.prometheus,
    alertmanager: { reader: own.alertmanager, watch: watchAlerts(own.alertmanager, looks) },
    ...(main === own ? {} : { watched: main }),
    ...(has('loki') ? { loki: lokiReader(url('loki', 3100), signal, as('loki')) } : {}),
    ...(has('tempo') ? { tempo: tempoReader(url('tempo', 3200), signal, as('tempo')) } : {}),
  };
  if (!has('grafana')) return always;
  const grafana = grafanaReader(url('grafana', 3000), as('grafana') ?? runtime.secret, signal);
  return {
    ...always,
    grafana: {
      reader: grafana,
      watch: watchGrafana(grafana, looks),
      ...(runtime.name === 'attached' ? {} : { log: grafanaLog(logs) }),
      // The rules of a staging may ask several, some of which only Grafana reaches.
      prometheusOf: (uid) =>
        runtime.name === 'attached' && uid !== undefined
          ? prometheusReader(grafanaDataSource(url('grafana', 3000), uid), signal, as('grafana'))
          : main.prometheus,
    },
  };
}

/**
 * The address at which Grafana passes requests on to a data source.
 * https://grafana.com/docs/grafana/latest/developers/http_api/data_source/#data-source-proxy-calls-by-uid
 */
export const grafanaDataSource = (url: string, uid: string): string =>
  `${url}/api/datasources/proxy/uid/${uid}`;

/** @param logs the directory of the components' logs. */
export const grafanaLog = (logs: string): string => join(logs, 'grafana.log');
