import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { type NotifierIdentity, notifierAt } from '../../core/notifier.ts';
import { parseObject } from '../../core/receivers/protocol.ts';
import { parseTime } from '../../core/receivers/reading/named-values.ts';
import { fromAlertmanager, fromGrafana } from '../../core/receivers/webhook/notifications.ts';
import { type ArrivalTime, now, readBody } from './arrival.ts';
import { type HttpServer, type ListenOptions, serveHttp } from './http-server.ts';

/** An alert as its manager sent it. */
export interface NotifiedAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly startsAt: number;
  readonly fingerprint: string;
}

/** A notification that a manager sent through one of its notifiers, before any template. */
export interface Observation extends NotifierIdentity, ArrivalTime {
  readonly groupKey: string;
  readonly alerts: readonly NotifiedAlert[];
}

/** Receives a copy of every notification until it is closed. */
export interface Observer extends AsyncDisposable {
  readonly url: string;
  /** In order of arrival. */
  observations(): readonly Observation[];
  /** Requests that are not a notification of a known notifier, each as a sentence. */
  problems(): readonly string[];
  /** Calls `listener`, which must not throw, for each further observation. @returns a function that stops it. */
  onObservation(listener: (observation: Observation) => void): () => void;
  close(): Promise<void>;
}

/** The webhook's limit; notifications are far smaller. */
const limitBytes = 16 * 1024 * 1024;

/**
 * Opens the webhook that the run adds beside each notifier of the configuration. The manager itself sends the alerts of
 * every notification to it.
 *
 * @throws FiredrillError as `serveHttp` does.
 */
export async function openObserver(options: ListenOptions = {}): Promise<Observer> {
  const observations: Observation[] = [];
  const problems: string[] = [];
  const listeners = new Set<(observation: Observation) => void>();
  const server: HttpServer = await serveHttp('observer', options, (request, response) => {
    const arrival = now();
    void readBody(request, limitBytes).then(({ text }) => {
      const found = observationIn(request, text, arrival);
      if (typeof found === 'string') problems.push(found);
      else observations.push(found);
      answer(response, typeof found === 'string' ? found : undefined);
      if (typeof found !== 'string') for (const listener of listeners) listener(found);
    });
  });
  return {
    url: server.url,
    observations: () => observations,
    problems: () => problems,
    onObservation: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** @returns a sentence describing the problem if the request is not a notification. */
function observationIn(
  { url = '' }: IncomingMessage,
  body: string,
  arrival: ArrivalTime,
): Observation | string {
  const notifier = notifierAt(url);
  if (!notifier) return `${url}: expected the path of a notifier`;
  const sent = parseObject(body);
  const read = (sent?.version === '1' ? fromGrafana : fromAlertmanager).safeParse(sent);
  if (!read.success) return `${url}: expected a notification: ${z.prettifyError(read.error)}`;
  const { groupKey, alerts } = read.data;
  return {
    ...notifier,
    ...arrival,
    groupKey,
    alerts: alerts.map(({ status, labels, annotations, startsAt, fingerprint }) => ({
      ...{ status, labels, annotations, fingerprint },
      startsAt: parseTime(startsAt) ?? 0,
    })),
  };
}

function answer(response: ServerResponse, problem: string | undefined): void {
  response
    .writeHead(problem === undefined ? 200 : 400, { 'content-type': 'text/plain' })
    .end(problem ?? 'ok');
}
