import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkConfig } from '../../configuration/checked/check-config.ts';
import { readConfigFiles } from '../../configuration/config-files.ts';
import { prepareStack } from '../../configuration/prepare.ts';
import type { Scope } from '../../core/scope.ts';
import type { StackSpec } from '../component.ts';
import { ownerOf, temporaryDirectory } from '../runtimes/process/owner.ts';
import { ProcessRuntime } from '../runtimes/process/process-runtime.ts';
import { type RunningStack, startStack } from '../start.ts';
import type { Binary, Toolchain } from '../toolchain/toolchain.ts';

export const project = fileURLToPath(new URL('../..', import.meta.url));

/** Where a drill's receivers would be; nothing is sent to them. */
export const nobody: ReadonlyMap<string, string> = new Map(
  ['https://hooks.slack.com', 'https://events.pagerduty.com', 'http://webhook.internal'].map((origin, i) => [
    origin,
    `http://127.0.0.1:${i + 1}`,
  ]),
);
export const noProxy = { url: 'http://127.0.0.1:4', caFile: '/nonexistent/ca.pem' };

export interface Started {
  readonly run: string;
  readonly stack: RunningStack;
  /** Password of its database. */
  readonly secret: string;
  /** Of every component together, from the first start to the last ready, in milliseconds. */
  readonly readyAfterMs: number;
  readonly lost: readonly Error[];
}

export interface ToStart {
  readonly spec: StackSpec;
  readonly factor: number;
  readonly tools: Toolchain;
  readonly scope: Scope;
  /** What every component inherits; nothing unless given. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Writes and checks a stack's configuration and starts it, as a drill does, without receivers. */
export async function startProcessStack(options: ToStart): Promise<Started> {
  const { spec, factor, tools, scope, env = {}, signal } = options;
  const directory = await mkdtemp(join(tmpdir(), 'stack-'));
  scope.defer('remove the run', () => rm(directory, { recursive: true, force: true }));
  const run = `test-${directory.slice(-6)}`;
  const owner = ownerOf(run, process.pid);
  const temporary = temporaryDirectory(owner);
  scope.defer('remove temporary files', () => rm(temporary, { recursive: true, force: true, maxRetries: 5 }));
  await mkdir(temporary);
  await chmod(temporary, 0o711);
  await mkdir(join(directory, 'logs'));
  const lost: Error[] = [];
  const runtime = new ProcessRuntime({
    owner,
    runDirectory: directory,
    projectDirectory: project,
    scope,
    binary: (name) => tools.path(name as Binary),
    home: (name) => tools.home(name as Binary),
    node: process.execPath,
    env,
    fixedPorts: new Map(),
    onLost: (error) => lost.push(error),
  });
  await runtime.plan(spec);
  const files = await readConfigFiles(spec.config.map((folder) => join(project, 'stacks', folder)));
  const prepared = await prepareStack({
    stack: spec,
    runtime,
    files,
    factor,
    origins: nobody,
    proxy: noProxy,
  });
  await checkConfig({ stack: spec, runtime, written: files, signal });
  const startedAt = performance.now();
  const stack = await startStack({ prepared, runtime, signal, onReady: () => {} });
  return { run, stack, secret: runtime.secret, readyAfterMs: performance.now() - startedAt, lost };
}
