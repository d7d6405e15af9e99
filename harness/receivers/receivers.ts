/*
 * `firedrill receivers`: runs the receivers by themselves until Ctrl-C.
 */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { badInput, exitCodes, FiredrillError } from '../../core/errors.ts';
import { Problems } from '../../core/problems.ts';
import { type ReceiverName, receiverKinds, receiverNames } from '../../core/receivers/receivers.ts';
import { Scope } from '../../core/scope.ts';
import { hostIn } from '../../signals/receivers/http-server.ts';
import { openReceiver, type Receiver } from '../../signals/receivers/receivers.ts';
import { openVendorProxy } from '../../signals/receivers/vendor-hosts/vendor-proxy.ts';
import { ownerOf } from '../../stacks/runtimes/process/owner.ts';
import { cacheDirOf } from '../../stacks/toolchain/cache-dir.ts';
import { inheritable } from '../command/session.ts';
import { untilInterrupted } from '../command/until-interrupted.ts';
import { openTemporaryDirectory } from '../stack/open-receivers.ts';
import { apiOf } from './api.ts';
import { findArguments, type ReceiversArguments, usage } from './arguments.ts';
import { readCredentials } from './credentials.ts';
import { pageLine, proxyLine, reachableUrl, startedText } from './lines.ts';
import { Pages } from './pages.ts';

/** @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const problems = new Problems();
  const { given, problems: found } = findArguments(args);
  problems.add(...found);
  if (given.help) {
    problems.refuse();
    process.stdout.write(usage);
    return exitCodes.held;
  }
  const credentials =
    given.config === undefined ? undefined : await problems.readSoon(readCredentials(given.config));
  problems.refuse();
  const signal = untilInterrupted({ leaves: true });
  // If the program that reads the output ends first, the API goes on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  await using scope = new Scope(({ what, message }) => {
    process.stderr.write(`${what}: ${message}\n`);
  });
  await open(given, credentials ?? new Map(), scope);
  // Not a wait for a condition: the person decides.
  while (!signal.aborted) await sleep(1_000_000, undefined, { signal }).catch(() => {});
  const failures = await scope.close();
  return failures.length === 0 ? exitCodes.held : exitCodes.broken;
}

/** Opens everything until the scope is closed, and tells how it is reached. */
async function open(
  { listen, hosts, json }: ReceiversArguments,
  credentials: Awaited<ReturnType<typeof readCredentials>>,
  scope: Scope,
): Promise<void> {
  const told = json ? process.stderr : process.stdout;
  const pages = new Pages();
  pages.onPage((page) => {
    if (json) process.stdout.write(`${JSON.stringify(page)}\n`);
    else told.write(pageLine(page));
  });
  const receivers = new Map<ReceiverName, Receiver>();
  const hostsOf = (kind: ReceiverName) => [
    ...receiverKinds[kind].hosts,
    ...[...hosts].flatMap(([host, its]) => (its === kind ? [host] : [])),
  ];
  for (const kind of receiverNames) {
    const known = credentials.get(kind);
    const receiver = await openReceiver(kind, { keep: 0, ...(known && { credentials: known }) });
    scope.defer(`close receiver ${kind}`, () => receiver.close());
    receiver.onDelivery((delivery) => pages.add(delivery));
    receivers.set(kind, receiver);
  }
  const env = inheritable(process.env, cacheDirOf(process.env));
  const temporary = await openTemporaryDirectory(
    ownerOf('receivers', process.pid),
    { node: process.execPath, env, daemon: undefined },
    scope,
  );
  const caFile = join(temporary, 'vendors-ca.pem');
  const problemsTold = new Set<string>();
  const opening = openVendorProxy({
    ...listen,
    routes: new Map(
      [...receivers].flatMap(([kind, { url }]) => hostsOf(kind).map((host) => [host, url] as const)),
    ),
    caFile,
    own: apiOf({ receivers, pages, caFile }),
    onProblem(request) {
      // A sender tries again and again.
      const key = `${request.target} ${request.reason}`;
      if (!problemsTold.has(key)) told.write(proxyLine(request));
      problemsTold.add(key);
    },
  });
  const proxy = await opening.catch((error: unknown) => {
    if (!(error instanceof FiredrillError) || error.kind !== 'bad-input') throw error;
    const where = `--listen ${hostIn(listen.bind)}:${listen.port}`;
    throw badInput(...error.problems.map((problem) => ({ ...problem, where })));
  });
  scope.defer('close the port', () => proxy.close());
  told.write(
    `${startedText({
      url: reachableUrl(proxy.url),
      caFile,
      kinds: new Map(receiverNames.map((kind) => [kind, hostsOf(kind)])),
      isOpen: !/^(localhost|127\.|::1$)/.test(listen.bind),
    })}\n`,
  );
}
