/*
 * `firedrill receivers`: runs the receivers by themselves until Ctrl-C.
 */
import { exitCodes } from '../../core/errors.ts';
import { Problems } from '../../core/problems.ts';
import { receiverNames } from '../../core/receivers/receivers.ts';
import { Scope } from '../../core/scope.ts';
import { ownerOf } from '../../stacks/runtimes/process/owner.ts';
import { cacheDirOf } from '../../stacks/toolchain/cache-dir.ts';
import { inheritable } from '../command/session.ts';
import { untilAborted, untilInterrupted } from '../command/until-interrupted.ts';
import { openTemporaryDirectory } from '../stack/open-receivers.ts';
import { findArguments, type ReceiversArguments, usage } from './arguments.ts';
import { readCredentials } from './credentials.ts';
import { pageLine, proxyLine, reachableUrl, startedText } from './lines.ts';
import { openPort } from './open-port.ts';

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
  await untilAborted(signal);
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
  const env = inheritable(process.env, cacheDirOf(process.env));
  const temporary = await openTemporaryDirectory(
    ownerOf('receivers', process.pid),
    { node: process.execPath, env, daemon: undefined },
    scope,
  );
  const problemsTold = new Set<string>();
  const { receivers, pages, proxy, hostsOf } = await openPort({
    ...{ listen, where: '--listen', hosts, credentials, keep: 0, temporary, scope },
    onProblem(request) {
      // A sender tries again and again.
      const key = `${request.target} ${request.reason}`;
      if (!problemsTold.has(key)) told.write(proxyLine(request));
      problemsTold.add(key);
    },
  });
  pages.onPage((page) => {
    if (json) process.stdout.write(`${JSON.stringify(page)}\n`);
    else told.write(pageLine(page));
  });
  told.write(
    `${startedText({
      url: reachableUrl(proxy.url),
      caFile: proxy.caFile,
      kinds: new Map(receiverNames.map((kind) => [kind, hostsOf(kind)])),
      mail: reachableUrl(receivers.find(({ kind }) => kind === 'email')?.url ?? ''),
      isOpen: !/^(localhost|127\.|::1$)/.test(listen.bind),
    })}\n`,
  );
}
