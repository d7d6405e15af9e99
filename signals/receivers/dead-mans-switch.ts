import { z } from 'zod';
import { switchAlert } from '../../core/dead-mans-switch.ts';
import { parseDuration } from '../../core/duration.ts';
import { messageOf } from '../../core/errors.ts';
import { localClient } from '../../core/http.ts';
import type { DeadMansSwitchEvidence } from '../../core/record.ts';
import type { Receiver } from './receivers.ts';

/** What such a service is told on its web page. */
export const switchSettings = z.strictObject({
  /** The address that is pinged. Its host is replaced like that of any webhook. */
  ping: z.url(),
  /** It pages when no ping has come for this long. */
  patience: z.string().refine((text) => (parseDuration(text) ?? 0) > 0, {
    error: 'expected a duration such as 90s, 2m or 1m30s',
  }),
  notify: z.union([
    /** An event to PagerDuty, by an integration key of its own. */
    z.strictObject({ pagerduty: z.strictObject({ routing_key: z.string().min(1) }) }),
    /** An alert to an Alertmanager of the stack, `pod:port`. */
    z.strictObject({ alertmanager: z.string().regex(/^[\w-]+:\d+$/, { error: 'expected pod:port' }) }),
  ]),
});

export type SwitchSettings = z.output<typeof switchSettings>;

export interface SwitchOptions {
  readonly settings: SwitchSettings;
  /** The patience at the pace of the drill, in milliseconds. */
  readonly patienceMs: number;
  /** The receiver at which pings arrive. */
  readonly pinged: Pick<Receiver, 'onDelivery'>;
  /** Base URL of the emulated PagerDuty. */
  readonly pagerdutyUrl: string;
  /** Base URL of a port of a pod. */
  readonly url: (pod: string, port: number) => string;
}

/** A running dead-man's switch. */
export interface DeadMansSwitch {
  /** When it was pinged, and what it sent. It is updated in place. */
  readonly evidence: DeadMansSwitchEvidence;
  /** Path of the requests that ping it. */
  readonly path: string;
  close(): void;
}

/** A vendor gives up on a receiver that does not answer within this time, in milliseconds. */
const answerWithinMs = 5_000;

/**
 * Opens the emulation of a service such as healthchecks.io: it waits for a first ping, pages when no ping has come for the
 * patience, and resolves its page at the next ping. The caller must close it.
 */
export function openDeadMansSwitch(options: SwitchOptions): DeadMansSwitch {
  const { settings, patienceMs, pinged } = options;
  const evidence: DeadMansSwitchEvidence = { patienceMs, pings: [], events: [] };
  const path = new URL(settings.ping).pathname;
  let timer: NodeJS.Timeout | undefined;
  let isSilent = false;
  const send = (action: 'trigger' | 'resolve') => {
    isSilent = action === 'trigger';
    void notify(action, options).then((sent) => evidence.events.push({ at: Date.now(), action, ...sent }));
  };
  const stop = pinged.onDelivery((delivery) => {
    if (delivery.path !== path || !delivery.accepted) return;
    // A resolved alert says that the Watchdog has stopped.
    if (!delivery.pages.some(({ status }) => status === 'firing')) return;
    evidence.pings.push(delivery.at);
    clearTimeout(timer);
    timer = setTimeout(() => send('trigger'), patienceMs);
    timer.unref();
    if (isSilent) send('resolve');
  });
  return {
    evidence,
    path,
    close: () => {
      stop();
      clearTimeout(timer);
    },
  };
}

type Sent = Pick<DeadMansSwitchEvidence['events'][number], 'to' | 'problem'>;

/** Sends one event. A failure is evidence, not an error: the drill judges whether somebody was told. */
async function notify(action: 'trigger' | 'resolve', options: SwitchOptions): Promise<Sent> {
  const { to, url, data } = eventFor(action, options);
  try {
    const { status } = await localClient.post(url, data, { timeout: answerWithinMs });
    return status < 300 ? { to } : { to, problem: `answered ${status}` };
  } catch (error) {
    return { to, problem: messageOf(error) };
  }
}

function eventFor(
  action: 'trigger' | 'resolve',
  { settings: { notify: way, patience }, pagerdutyUrl, url }: SwitchOptions,
): { to: string; url: string; data: unknown } {
  const summary = `${switchAlert}: no ping for ${patience}; alerting may be dead`;
  if ('pagerduty' in way) {
    return {
      to: 'PagerDuty',
      url: `${pagerdutyUrl}/v2/enqueue`,
      data: {
        routing_key: way.pagerduty.routing_key,
        event_action: action,
        dedup_key: switchAlert,
        payload: {
          summary,
          source: 'dead-mans-switch',
          severity: 'critical',
          custom_details: { alertname: switchAlert },
        },
      },
    };
  }
  const [pod = '', port = ''] = way.alertmanager.split(':');
  return {
    to: way.alertmanager,
    url: `${url(pod, Number(port))}/api/v2/alerts`,
    data: [
      {
        labels: { alertname: switchAlert, severity: 'page', team: 'platform' },
        annotations: { summary },
        ...(action === 'resolve' ? { endsAt: new Date().toISOString() } : {}),
      },
    ],
  };
}
