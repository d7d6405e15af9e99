import { z } from 'zod';
import { expositionAccept, parseExposition } from './exposition.ts';
import { type HttpReader, httpReader } from './http.ts';
import { alertmanagerTrouble, type Counter } from './own-counters.ts';

/*
 * Alertmanager's HTTP API, version 2: api/v2/openapi.yaml in its sources.
 */

const labels = z.record(z.string(), z.string());
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const receiver = z.object({ name: z.string() }).transform(({ name }) => name);

const alert = z.object({
  fingerprint: z.string().describe('hash of the labels'),
  labels,
  annotations: labels,
  startsAt: instant,
  endsAt: instant,
  updatedAt: instant,
  receivers: z.array(receiver),
  status: z.object({
    state: z.enum(['unprocessed', 'active', 'suppressed']),
    inhibitedBy: z.array(z.string()),
    silencedBy: z.array(z.string()),
    // Filled in groups only, and absent before 0.28: the list of alerts knows no time intervals.
    mutedBy: z.array(z.string()).default([]),
  }),
});
const group = z.object({ labels, receiver, alerts: z.array(alert) });

const silence = z
  .object({
    id: z.string(),
    status: z.object({ state: z.string() }),
    startsAt: instant,
    endsAt: instant,
    createdBy: z.string(),
    comment: z.string(),
    matchers: z.array(
      z.object({
        name: z.string(),
        value: z.string(),
        isRegex: z.boolean(),
        isEqual: z.boolean().default(true),
      }),
    ),
  })
  .transform(({ status, matchers, ...rest }) => ({
    ...rest,
    state: status.state,
    matchers: matchers.map(
      ({ name, value, isRegex, isEqual }) =>
        `${name}${isEqual ? '=' : '!'}${isRegex ? '~' : isEqual ? '' : '='}${JSON.stringify(value)}`,
    ),
  }));

const status = z.object({
  versionInfo: z.object({ version: z.string() }),
  config: z.object({ original: z.string() }),
});

/** An alert that Alertmanager holds; times in epoch milliseconds. It forgets resolved ones at once. */
export type HeldAlert = z.output<typeof alert>;
export type AlertGroup = z.output<typeof group>;
export type Silence = z.output<typeof silence>;
export type AlertmanagerReader = ReturnType<typeof alertmanagerReader>;

const all = { active: true, silenced: true, inhibited: true };

/**
 * What there is to ask of any Alertmanager's alerts, be it on its own or inside Grafana.
 *
 * @param under path before that of the API.
 * @param shown which of an alert's labels are shown to people.
 */
export const alertmanagerApi = (
  http: HttpReader,
  under = '',
  shown = (labels: Record<string, string>) => labels,
) => {
  const seen = (one: HeldAlert): HeldAlert => ({ ...one, labels: shown(one.labels) });
  return {
    /** Every alert in whatever state, but the resolved. */
    alerts: async (): Promise<HeldAlert[]> =>
      (await http.json(`${under}/api/v2/alerts`, z.array(alert), { ...all, unprocessed: true })).map(seen),
    groups: async (): Promise<AlertGroup[]> =>
      (await http.json(`${under}/api/v2/alerts/groups`, z.array(group), { ...all, muted: true })).map(
        (one) => ({ ...one, alerts: one.alerts.map(seen) }),
      ),
    silences: (): Promise<Silence[]> => http.json(`${under}/api/v2/silences`, z.array(silence)),
  };
};

/**
 * Reads an Alertmanager.
 *
 * @param signal ends every request.
 * @throws FiredrillError `broken` from each method when Alertmanager does not answer, or refuses.
 */
export function alertmanagerReader(baseUrl: string, signal: AbortSignal) {
  const http = httpReader('alertmanager', baseUrl, signal);
  const loaded = () => http.json('/api/v2/status', status);
  return {
    /** Returns once it is ready. @throws while it is not. */
    ready: async (): Promise<void> => void (await http.text('/-/ready')),
    version: async () => (await loaded()).versionInfo.version,
    /** The configuration that is loaded, YAML with secrets blanked by Alertmanager. */
    config: async () => (await loaded()).config.original,
    ...alertmanagerApi(http),
    /** Its counters of notifications that failed, off its own /metrics. */
    trouble: async (): Promise<Counter[]> =>
      alertmanagerTrouble(parseExposition(await http.text('/metrics', {}, expositionAccept), 'alertmanager')),
  };
}
