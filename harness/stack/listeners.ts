import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Place } from '../../configuration/files/place.ts';
import { switchFile } from '../../configuration/files/read-files.ts';
import { readYaml } from '../../configuration/files/read-yaml.ts';
import { badInput } from '../../core/errors.ts';
import { unreadable } from '../../core/file-errors.ts';
import { readInput } from '../../core/input-problems.ts';
import { type Pace, paced } from '../../core/pace.ts';
import type { Credentials } from '../../core/receivers/kind.ts';
import { originsOfKind as writtenOrigins } from '../../core/receivers/origins.ts';
import { type ReceiverName, receiverKinds, receiverNames } from '../../core/receivers/receivers.ts';
import type { Refusal, Scenario, StackName } from '../../core/scenario.ts';
import type { Scope } from '../../core/scope.ts';
import { shownPath } from '../../core/shown-path.ts';
import {
  type DeadMansSwitch,
  openDeadMansSwitch,
  type SwitchSettings,
  switchSettings,
} from '../../signals/receivers/dead-mans-switch.ts';
import type { Misbehaviour } from '../../signals/receivers/misbehaviour.ts';
import { type Observer, openObserver } from '../../signals/receivers/observer.ts';
import { openReceiver, type Receiver } from '../../signals/receivers/receivers.ts';
import { openRunbooks } from '../../signals/receivers/runbooks.ts';
import { openVendorProxy, type VendorProxy } from '../../signals/receivers/vendor-hosts/vendor-proxy.ts';
import type { HarnessEndpoint } from '../../stacks/runtimes/runtime.ts';
import type { Recorder } from '../record/recorder.ts';

/** Servers that listen before the stack starts, because the stack's configuration contains their addresses. */
export interface Listeners {
  readonly receivers: readonly Receiver[];
  /** Server of the runbooks of which there are files. Absent on a stack that runs already. */
  readonly runbooksUrl?: string;
  /**
   * Webhook server to which the managers send a copy of each notification. Absent on a stack that runs already, whose
   * configuration is left as it is.
   */
  readonly observer?: Observer;
  /** Host name or address under which components reach this machine. */
  readonly host: string;
  /** Only where the configuration has one. */
  readonly deadMansSwitch?: DeadMansSwitch;
  /** Proxy that leads the vendors' hosts to the receivers. */
  readonly proxy: VendorProxy;
}

/** The listeners of a stack that firedrill starts, whose configuration leads to them. */
export interface OwnListeners extends Listeners {
  readonly runbooksUrl: string;
  readonly observer: Observer;
}

export interface ListenersOptions {
  readonly stack: StackName;
  /** Folders with the stack's configuration; later ones override earlier ones. */
  readonly folders: readonly string[];
  readonly pace: Pace;
  /** Base URL of a port of a pod, once the pod has started. */
  readonly url: (pod: string, port: number) => string;
  readonly place: HarnessEndpoint;
  /** The project's own directory. */
  readonly project: string;
  /** Folder of the runbooks. */
  readonly runbooks: string;
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
export async function openListeners(options: ListenersOptions): Promise<OwnListeners> {
  const { stack, place, temporary, scope, recorder } = options;
  const { bind, host } = place;
  const receivers: Receiver[] = [];
  for (const name of receiversOfStack(stack)) {
    const credentials = await credentialsOf(name, options);
    const receiver = await openReceiver(name, { bind, ...(credentials && { credentials }) });
    scope.defer(`close receiver ${name}`, () => receiver.close());
    receivers.push(receiver);
    recorder.saw(`${name} at ${receiver.url}`);
  }
  const runbooks = await openRunbooks({ dir: options.runbooks });
  scope.defer('close runbooks', () => runbooks.close());
  const observer = await openObserver({ bind });
  scope.defer('close the observer', () => observer.close());
  const deadMansSwitch = await openSwitch(receivers, options);
  const listeners = {
    ...{ receivers, runbooksUrl: runbooks.url, observer, host },
    ...(deadMansSwitch ? { deadMansSwitch } : {}),
  };
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

/** Opens the dead-man's switch if the user's or the project's configuration has one. */
async function openSwitch(
  receivers: readonly Receiver[],
  options: ListenersOptions,
): Promise<DeadMansSwitch | undefined> {
  const { folders, overlay, pace, url, scope } = options;
  const directories = [...(overlay === undefined ? [] : [overlay]), ...folders.toReversed()];
  const text = await firstText(directories, switchFile);
  if (text === undefined) return undefined;
  const settings = parseSwitch(text);
  const receiverOf = (kind: ReceiverName) => receivers.find((one) => one.kind === kind);
  const [pinged, pagerduty] = [receiverOf('webhook'), receiverOf('pagerduty')];
  if (!pinged || !pagerduty) throw new Error('the stack has no webhook and no PagerDuty');
  const opened = openDeadMansSwitch({
    ...{ settings, patienceMs: paced(settings.patience, pace), pinged, url, pagerdutyUrl: pagerduty.url },
  });
  scope.defer("close the dead-man's switch", () => opened.close());
  return opened;
}

/** @throws FiredrillError `bad-input` with every problem of the file. */
export function parseSwitch(text: string, place = new Place(switchFile, text)): SwitchSettings {
  const found = readInput(
    switchSettings,
    readYaml(switchFile, text, place).toJS(),
    (path) => place.to(...path).where,
  );
  if ('problems' in found) throw badInput(...found.problems);
  return found.value;
}

/** Returns the text of the first of these files that exists. */
async function firstText(directories: readonly string[], file: string): Promise<string | undefined> {
  for (const directory of directories) {
    const text = await readFile(join(directory, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw badInput({ where: shownPath(join(directory, file)), message: unreadable(error) });
    });
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Returns the listeners without the deliveries, observations and requests that they have received so far. */
export function listenersFromNowOn(listeners: Listeners): Listeners {
  const { receivers, observer, proxy } = listeners;
  const { deadMansSwitch } = listeners;
  const later = <T>(all: () => readonly T[]) => {
    const before = all().length;
    return () => (before === 0 ? all() : all().slice(before));
  };
  return {
    ...listeners,
    receivers: receivers.map((one) => ({ ...one, deliveries: later(one.deliveries) })),
    ...(observer ? { observer: { ...observer, observations: later(observer.observations) } } : {}),
    proxy: { ...proxy, requests: later(proxy.requests) },
    ...(deadMansSwitch ? { deadMansSwitch: switchFromNowOn(deadMansSwitch) } : {}),
  };
}

function switchFromNowOn(one: DeadMansSwitch): DeadMansSwitch {
  const { patienceMs, pings, events } = one.evidence;
  const [pingsBefore, eventsBefore] = [pings.length, events.length];
  return {
    ...one,
    get evidence() {
      return { patienceMs, pings: pings.slice(pingsBefore), events: events.slice(eventsBefore) };
    },
  };
}

/** Makes receivers refuse messages as the scenario demands, until the scope is closed. */
export function applyRefusals(
  { refusing = {} }: Pick<Scenario, 'refusing'>,
  pace: Pick<Pace, 'factor'>,
  { receivers }: Pick<Listeners, 'receivers'>,
  scope: Scope,
): void {
  for (const receiver of receivers) {
    const refusal = refusing[receiver.kind];
    if (refusal === undefined) continue;
    scope.defer(`have ${receiver.kind} accept again`, () => receiver.misbehave(undefined));
    receiver.misbehave(misbehaviourOf(refusal, pace));
  }
}

/** Returns what a receiver does at this pace. A sender is told whole seconds, at least one. */
export function misbehaviourOf(refusal: Refusal, pace: Pick<Pace, 'factor'>): Misbehaviour {
  const outage: Exclude<Refusal, number> = typeof refusal === 'number' ? { with: refusal } : refusal;
  const { with: answer, for: length, retryAfter = '1s' } = outage;
  const forPart = length === undefined ? {} : { forMs: paced(length, pace) };
  if (answer === 'time-out' || answer === 'reset') return { mode: answer, ...forPart };
  if (answer === 429)
    return {
      mode: 'rate-limit',
      retryAfterS: Math.max(1, Math.round(paced(retryAfter, pace) / 1000)),
      ...forPart,
    };
  return { mode: 'respond', status: answer, body: 'refused, as the scenario says', ...forPart };
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

/**
 * Reads the credentials of a receiver kind that has a credentials file: the user's file, or else, on the stack whose
 * contact points need them, the project's. Without either the receiver accepts any.
 */
async function credentialsOf(
  kind: ReceiverName,
  { stack, project, overlay }: ListenersOptions,
): Promise<Credentials | undefined> {
  if (receiverKinds[kind].credentials === undefined) return undefined;
  const directories = [
    ...(overlay === undefined ? [] : [overlay]),
    ...(stack === 'full' ? [join(project, 'stacks', 'config-full')] : []),
  ];
  const text = await firstText(directories, credentialsFile(kind));
  return text === undefined ? undefined : parseCredentials(kind, text);
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
