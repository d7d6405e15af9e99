import { z } from 'zod';
import { readExposition } from './exposition.ts';
import { alertmanagerFailures, type Counter, notifierRequests } from './failure-counters.ts';
import { type HttpReader, httpReader, type Identity } from './http.ts';

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
    // Only in groups, and absent before 0.28: the list of alerts has no time intervals.
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

/** An active alert in Alertmanager; times in epoch milliseconds. Resolved alerts are not listed. */
export type HeldAlert = z.output<typeof alert>;
export type AlertGroup = z.output<typeof group>;
export type Silence = z.output<typeof silence>;
export type AlertmanagerReader = ReturnType<typeof alertmanagerReader>;

const all = { active: true, silenced: true, inhibited: true };

/**
 * The alert endpoints of any Alertmanager, standalone or inside Grafana.
 *
 * @param prefix path prefix of the API.
 * @param shownLabels selects the labels that are shown to users.
 */
export const alertmanagerApi = (
  http: HttpReader,
  prefix = '',
  shownLabels = (labels: Record<string, string>) => labels,
) => {
  const seen = (one: HeldAlert): HeldAlert => ({ ...one, labels: shownLabels(one.labels) });
  return {
    /** Every alert that is not resolved. */
    alerts: async (): Promise<HeldAlert[]> =>
      (await http.json(`${prefix}/api/v2/alerts`, z.array(alert), { ...all, unprocessed: true })).map(seen),
    groups: async (): Promise<AlertGroup[]> =>
      (await http.json(`${prefix}/api/v2/alerts/groups`, z.array(group), { ...all, muted: true })).map(
        (one) => ({ ...one, alerts: one.alerts.map(seen) }),
      ),
    silences: (): Promise<Silence[]> => http.json(`${prefix}/api/v2/silences`, z.array(silence)),
  };
};

/**
 * Reads an Alertmanager.
 *
 * @param signal aborts every request.
 * @throws FiredrillError `broken` from each method if Alertmanager does not respond, or responds with an error.
 */
export function alertmanagerReader(baseUrl: string, signal: AbortSignal, identity?: Identity) {
  const http = httpReader('alertmanager', baseUrl, signal, identity);
  const loaded = () => http.json('/api/v2/status', status);
  return {
    /** Checks readiness. @throws if it is not ready. */
    ready: async (): Promise<void> => void (await http.text('/-/ready')),
    version: async () => (await loaded()).versionInfo.version,
    /** The loaded configuration, as YAML with secrets masked by Alertmanager. */
    config: async () => (await loaded()).config.original,
    ...alertmanagerApi(http),
    /** The requests of its notifiers so far, by integration, from its own /metrics. */
    notifierRequests: async () => notifierRequests(await readExposition(http, 'alertmanager')),
    /** Its counters of failed notifications, from its own /metrics. */
    failureCounters: async (): Promise<Counter[]> =>
      alertmanagerFailures(await readExposition(http, 'alertmanager')),
  };
}
