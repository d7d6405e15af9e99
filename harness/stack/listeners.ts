import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Place } from '../../configuration/files/place.ts';
import { readYaml } from '../../configuration/files/read-yaml.ts';
import { badInput } from '../../core/errors.ts';
import { unreadable } from '../../core/file-errors.ts';
import { readInput } from '../../core/input-problems.ts';
import type { Credentials } from '../../core/receivers/kind.ts';
import { originsOfKind as writtenOrigins } from '../../core/receivers/origins.ts';
import { type ReceiverName, receiverKinds, receiverNames } from '../../core/receivers/receivers.ts';
import type { Scenario, StackName } from '../../core/scenario.ts';
import type { Scope } from '../../core/scope.ts';
import { shownPath } from '../../core/shown-path.ts';
import { type Observer, openObserver } from '../../signals/receivers/observer.ts';
import { openReceiver, type Receiver } from '../../signals/receivers/receivers.ts';
import { openRunbooks } from '../../signals/receivers/runbooks.ts';
import { openVendorProxy, type VendorProxy } from '../../signals/receivers/vendor-hosts/vendor-proxy.ts';
import type { HarnessEndpoint } from '../../stacks/runtimes/runtime.ts';
import type { Recorder } from '../record/recorder.ts';

/** Servers that listen before the stack starts, because the stack's configuration contains their addresses. */
export interface Listeners {
  readonly receivers: readonly Receiver[];
  readonly runbooksUrl: string;
  /** Webhook server to which the managers send a copy of each notification. */
  readonly observer: Observer;
  /** Host name or address under which components reach this machine. */
  readonly host: string;
  /** Proxy that leads the vendors' hosts to the receivers. */
  readonly proxy: VendorProxy;
}

export interface ListenersOptions {
  readonly stack: StackName;
  readonly place: HarnessEndpoint;
  /** The project's own directory. */
  readonly project: string;
  /** The user's configuration, laid over the project's. */
  readonly overlay: string | undefined;
  /** The run's temporary directory. */
  readonly temporary: string;
  readonly scope: Scope;
  readonly recorder: Recorder;
}

/** The receivers that a stack can page. Receivers that only Grafana can page are on stack `full` alone. */
export const receiversOfStack = (stack: StackName): ReceiverName[] =>
  receiverNames.filter((name) => receiverKinds[name].alertmanager !== undefined || stack === 'full');

/** @throws FiredrillError `bad-input` when the receivers' credentials cannot be read. */
export async function openListeners(options: ListenersOptions): Promise<Listeners> {
  const { stack, place, project, temporary, scope, recorder } = options;
  const { bind, host } = place;
  const receivers: Receiver[] = [];
  for (const name of receiversOfStack(stack)) {
    const credentials = await credentialsOf(name, options);
    const receiver = await openReceiver(name, { bind, ...(credentials && { credentials }) });
    scope.defer(`close receiver ${name}`, () => receiver.close());
    receivers.push(receiver);
    recorder.saw(`${name} at ${receiver.url}`);
  }
  const runbooks = await openRunbooks({ dir: join(project, 'docs', 'runbooks') });
  scope.defer('close runbooks', () => runbooks.close());
  const observer = await openObserver({ bind });
  scope.defer('close the observer', () => observer.close());
  const listeners = { receivers, runbooksUrl: runbooks.url, observer, host };
  const proxy = await openVendorProxy({
    routes: new Map(
      receivers.flatMap(({ kind, url }) => receiverKinds[kind].hosts.map((host) => [host, url] as const)),
    ),
    caFile: join(temporary, 'vendors-ca.pem'),
    bind,
  });
  scope.defer("close the vendors' proxy", () => proxy.close());
  recorder.saw(`the vendors' hosts behind ${proxy.url}`);
  return { ...listeners, proxy };
}

/** Returns the listeners without the deliveries, observations and requests that they have received so far. */
export function listenersFromNowOn(listeners: Listeners): Listeners {
  const { receivers, observer, proxy } = listeners;
  const later = <T>(all: () => readonly T[]) => {
    const before = all().length;
    return () => (before === 0 ? all() : all().slice(before));
  };
  return {
    ...listeners,
    receivers: receivers.map((one) => ({ ...one, deliveries: later(one.deliveries) })),
    observer: { ...observer, observations: later(observer.observations) },
    proxy: { ...proxy, requests: later(proxy.requests) },
  };
}

/** Makes receivers refuse messages as the scenario demands, until the scope is closed. */
export function applyRefusals(
  { refusing = {} }: Pick<Scenario, 'refusing'>,
  { receivers }: Pick<Listeners, 'receivers'>,
  scope: Scope,
): void {
  for (const receiver of receivers) {
    const status = refusing[receiver.kind];
    if (status === undefined) continue;
    scope.defer(`have ${receiver.kind} accept again`, () => receiver.misbehave(undefined));
    receiver.misbehave({ mode: 'respond', status, body: 'refused, as the scenario says' });
  }
}

/** Maps each origin in the written configuration to a placeholder, for a check before the receivers listen. */
export const placeholderOrigins = (stack: StackName): Map<string, string> =>
  new Map(
    receiversOfStack(stack)
      .filter((kind) => receiverKinds[kind].alertmanager !== undefined)
      .flatMap(writtenOrigins)
      .map((origin) => [origin, 'http://127.0.0.1:1'] as const),
  );

/** Maps each origin in the written configuration to the origin of its receiver, as components reach it. */
export const localOrigins = (listeners: Listeners): Map<string, string> =>
  new Map(
    listeners.receivers
      .filter(({ kind }) => receiverKinds[kind].alertmanager !== undefined)
      .flatMap(({ kind, url }) =>
        writtenOrigins(kind).map((origin) => [origin, urlForComponents(listeners, url)] as const),
      ),
  );

/** Returns a listener's URL as components reach it. */
export const urlForComponents = ({ host }: Pick<Listeners, 'host'>, url: string): string =>
  `http://${host}:${new URL(url).port}`;

/** Reads the credentials of a receiver kind that has a credentials file: the user's file, or else the project's. */
async function credentialsOf(
  kind: ReceiverName,
  { project, overlay }: ListenersOptions,
): Promise<Credentials | undefined> {
  if (receiverKinds[kind].credentials === undefined) return undefined;
  const file = credentialsFile(kind);
  const read = async (directory: string) =>
    await readFile(join(directory, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw badInput({ where: shownPath(join(directory, file)), message: unreadable(error) });
    });
  const own = overlay === undefined ? undefined : await read(overlay);
  return parseCredentials(kind, own ?? (await read(join(project, 'stacks', 'config-full'))) ?? '');
}

/** The configuration file with the credentials of a receiver kind. */
export const credentialsFile = (kind: ReceiverName) => `receivers/${kind}.yml`;

/**
 * @param place the file, for messages.
 * @throws FiredrillError `bad-input` with every problem of the file.
 */
export function parseCredentials(
  kind: ReceiverName,
  text: string,
  place = new Place(credentialsFile(kind), text),
): Credentials {
  const { credentials = z.never() } = receiverKinds[kind];
  const document = readYaml(credentialsFile(kind), text, place);
  const found = readInput(credentials, document.toJS(), (path) => place.to(...path).where);
  if ('problems' in found) throw badInput(...found.problems);
  return found.value;
}
