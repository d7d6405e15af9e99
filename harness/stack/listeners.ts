import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readYaml } from '../../configuration/files/read-yaml.ts';
import { webhookOrigin } from '../../configuration/paced/rewrite-addresses.ts';
import { badInput, messageOf } from '../../core/errors.ts';
import { readInput } from '../../core/input-problems.ts';
import { type ReceiverName, receiverNames, type Scenario, type StackName } from '../../core/scenario.ts';
import type { Scope } from '../../core/scope.ts';
import { vendorHosts } from '../../core/vendor-hosts.ts';
import { type Observer, openObserver } from '../../signals/receivers/observer.ts';
import { type Credentials, openReceiver, type Receiver } from '../../signals/receivers/receivers.ts';
import { openRunbooks } from '../../signals/receivers/runbooks.ts';
import { openVendorProxy, type VendorProxy } from '../../signals/receivers/vendor-hosts/vendor-proxy.ts';
import type { ListenPlace } from '../../stacks/runtimes/runtime.ts';
import type { Recorder } from '../record/recorder.ts';

/** What listens before the stack starts, because the stack's configuration needs to know where. */
export interface Listeners {
  readonly receivers: readonly Receiver[];
  readonly runbooksUrl: string;
  /** Gets what the managers send, beside the receivers. */
  readonly observer: Observer;
  /** By which components know this machine. */
  readonly host: string;
  /** Behind which the vendors' hosts are the receivers; on a full stack only. */
  readonly proxy?: VendorProxy;
}

export interface ListenersOptions {
  readonly stack: StackName;
  readonly place: ListenPlace;
  /** The project's own directory. */
  readonly project: string;
  /** The user's configuration, laid over the project's. */
  readonly overlay: string | undefined;
  /** The run's temporary directory. */
  readonly temporary: string;
  readonly scope: Scope;
  readonly recorder: Recorder;
}

/** The receivers that a stack can page: only Grafana writes to Telegram. */
export const receiversOn = (stack: StackName): ReceiverName[] =>
  receiverNames.filter((name) => name !== 'telegram' || stack === 'full');

/** @throws FiredrillError `bad-input` when the receivers' credentials cannot be read. */
export async function openListeners(options: ListenersOptions): Promise<Listeners> {
  const { stack, place, project, temporary, scope, recorder } = options;
  const { bind, host } = place;
  const credentials = stack === 'full' ? await telegramCredentials(options) : undefined;
  const receivers: Receiver[] = [];
  for (const name of receiversOn(stack)) {
    const secrets = name === 'telegram' && credentials ? { credentials } : {};
    const receiver = await openReceiver(name, { name, bind, ...secrets });
    scope.defer(`close receiver ${name}`, () => receiver.close());
    receivers.push(receiver);
    recorder.saw(`${name} at ${receiver.url}`);
  }
  const runbooks = await openRunbooks({ dir: join(project, 'docs', 'runbooks') });
  scope.defer('close runbooks', () => runbooks.close());
  const observer = await openObserver({ bind });
  scope.defer('close the observer', () => observer.close());
  const listeners = { receivers, runbooksUrl: runbooks.url, observer, host };
  if (stack === 'metrics') return listeners;
  const url = (name: string) => urlOf(listeners, name);
  const proxy = await openVendorProxy({
    routes: new Map(
      Object.entries(vendorHosts).flatMap(([name, hosts]) => hosts.map((host) => [host, url(name)] as const)),
    ),
    caFile: join(temporary, 'vendors-ca.pem'),
    bind,
  });
  scope.defer("close the vendors' proxy", () => proxy.close());
  recorder.saw(`the vendors' hosts behind ${proxy.url}`);
  return { ...listeners, proxy };
}

/** The listeners as one drill sees them, from now on: what a drill before it got is not its own. */
export function fromNowOn(listeners: Listeners): Listeners {
  const { receivers, observer, proxy } = listeners;
  const later = <T>(all: () => readonly T[]) => {
    const before = all().length;
    return () => (before === 0 ? all() : all().slice(before));
  };
  return {
    ...listeners,
    receivers: receivers.map((one) => ({ ...one, deliveries: later(one.deliveries) })),
    observer: { ...observer, observations: later(observer.observations) },
    ...(proxy ? { proxy: { ...proxy, requests: later(proxy.requests) } } : {}),
  };
}

/** Has receivers refuse what is sent to them, as a scenario says, until the scope is closed. */
export function refuseAs(
  { refusing = {} }: Pick<Scenario, 'refusing'>,
  { receivers }: Pick<Listeners, 'receivers'>,
  scope: Scope,
): void {
  for (const receiver of receivers) {
    const [, status] = Object.entries(refusing).find(([name]) => name === receiver.name) ?? [];
    if (status === undefined) continue;
    scope.defer(`have ${receiver.name} accept again`, () => receiver.misbehave(undefined));
    receiver.misbehave({ mode: 'respond', status, body: 'refused, as the scenario says' });
  }
}

/** Where the addresses in the configuration as written lead in this run, as components reach it. */
export const originsOf = (listeners: Listeners): Map<string, string> =>
  new Map([
    ...(['slack', 'pagerduty'] as const).flatMap((name) =>
      vendorHosts[name].map(
        (host) => [`https://${host}`, fromWithin(listeners, urlOf(listeners, name))] as const,
      ),
    ),
    [webhookOrigin, fromWithin(listeners, urlOf(listeners, 'webhook'))],
  ]);

/** An address of the listeners as components reach it. */
export const fromWithin = ({ host }: Pick<Listeners, 'host'>, url: string): string =>
  `http://${host}:${new URL(url).port}`;

const urlOf = ({ receivers }: Pick<Listeners, 'receivers'>, wanted: string): string =>
  receivers.find(({ name }) => name === wanted)?.url ?? '';

const credentialsFile = 'receivers/telegram.yml';
const telegram = z
  .strictObject({
    bot_token: z
      .string()
      .regex(/^[1-9]\d*:[\w-]+$/, { error: 'expected <number>:<letters>, as BotFather gives it' }),
    chat_id: z.union([z.string().min(1), z.int()]),
  })
  .transform(({ bot_token, chat_id }): Credentials => ({ botToken: bot_token, chatId: String(chat_id) }));

/** The bot and the chat that Telegram knows: the user's file where there is one, else ours. */
async function telegramCredentials({ project, overlay }: ListenersOptions): Promise<Credentials> {
  const read = async (directory: string) =>
    await readFile(join(directory, credentialsFile), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw badInput({ where: join(directory, credentialsFile), message: messageOf(error) });
    });
  const own = overlay === undefined ? undefined : await read(overlay);
  return parseCredentials(own ?? (await read(join(project, 'stacks', 'config-full'))) ?? '');
}

/** @throws FiredrillError `bad-input` with every fault of the file. */
export function parseCredentials(text: string): Credentials {
  const document = readYaml(credentialsFile, text);
  const found = readInput(telegram, document.toJS(), (path) =>
    path ? `${credentialsFile}: ${path}` : credentialsFile,
  );
  if ('problems' in found) throw badInput(...found.problems);
  return found.value;
}
