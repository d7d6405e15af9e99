import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { type NotifierIdentity, notifierAt } from '../../core/notifier.ts';
import { parseObject } from '../../core/receivers/protocol.ts';
import { parseTime } from '../../core/receivers/reading/named-values.ts';
import { fromAlertmanager, fromGrafana } from '../../core/receivers/webhook/notifications.ts';
import { type Arrival, now, readBody } from './arrival.ts';
import { type HttpServer, type ListenOptions, serveHttp } from './http-server.ts';

/** An alert as its manager sends it. */
export interface NotifiedAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly startsAt: number;
  readonly fingerprint: string;
}

/** What a manager sent through one of its notifiers, before any template. */
export interface Observation extends NotifierIdentity, Arrival {
  readonly groupKey: string;
  readonly alerts: readonly NotifiedAlert[];
}

/** Listens to what the managers send, until it is closed. */
export interface Observer extends AsyncDisposable {
  readonly url: string;
  /** In order of arrival. */
  observations(): readonly Observation[];
  /** Requests that are no notification of a known notifier, each as a sentence. */
  problems(): readonly string[];
  /** Calls `listener`, which must not throw, for each further one. @returns the way to stop it. */
  onObservation(listener: (observation: Observation) => void): () => void;
  close(): Promise<void>;
}

/** As for the webhook; a notification is far smaller. */
const limitBytes = 16 * 1024 * 1024;

/**
 * Opens the webhook that stands beside each notifier of the configuration: it gets, from the manager's own code, the
 * alerts of every notification.
 *
 * @throws FiredrillError `broken` when its address cannot be had.
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

/** @returns a sentence when the request is none. */
function observationIn({ url = '' }: IncomingMessage, body: string, arrival: Arrival): Observation | string {
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
