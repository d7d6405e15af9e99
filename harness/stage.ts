import { chmod, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseDuration } from '../core/duration.ts';
import { badInput } from '../core/errors.ts';
import { receiverNames, type Scenario } from '../core/scenario.ts';
import type { Scope } from '../core/scope.ts';
import { alertmanagerReader } from '../signals/readers/alertmanager.ts';
import { prometheusReader } from '../signals/readers/prometheus.ts';
import { watchAlerts } from '../signals/readers/watch-alerts.ts';
import { openReceiver, type Receiver } from '../signals/receivers/receivers.ts';
import { openRunbooks } from '../signals/receivers/runbooks.ts';
import { checkConfig } from '../stacks/check-config.ts';
import { prometheusFlags } from '../stacks/components/prometheus.ts';
import { readConfigFiles } from '../stacks/config-files.ts';
import { scaleDuration } from '../stacks/configure.ts';
import { prepareStack } from '../stacks/prepare.ts';
import { type Owner, ownedEnvironment, temporaryDirectory } from '../stacks/runtimes/process/owner.ts';
import { ProcessRuntime } from '../stacks/runtimes/process/process-runtime.ts';
import { startWatcher } from '../stacks/runtimes/process/watch.ts';
import { metricsStack } from '../stacks/stacks.ts';
import { type RunningStack, startStack } from '../stacks/start.ts';
import type { DrillOptions } from './drill.ts';
import type { UsedFiles } from './floors.ts';
import type { Keeper } from './keeper.ts';
import type { RunDirectory } from './run-directory.ts';

/** What listens before the stack starts, because the stack's configuration needs to know where. */
export interface Ears {
  readonly receivers: readonly Receiver[];
  readonly runbooksUrl: string;
}

export async function openEars(
  scenario: Scenario,
  project: string,
  scope: Scope,
  keeper: Keeper,
): Promise<Ears> {
  const receivers: Receiver[] = [];
  for (const name of receiverNames) {
    const receiver = await openReceiver(name, { name });
    scope.defer(`close receiver ${name}`, () => receiver.close());
    const status = scenario.refusing?.[name];
    if (status !== undefined)
      receiver.misbehave({ mode: 'respond', status, body: 'refused, as the scenario says' });
    receivers.push(receiver);
    keeper.saw(`${name} at ${receiver.url}`);
  }
  const runbooks = await openRunbooks({ dir: join(project, 'docs', 'runbooks') });
  scope.defer('close runbooks', () => runbooks.close());
  return { receivers, runbooksUrl: runbooks.url };
}

/** Where the addresses in the configuration as written lead in this run. */
function originsOf({ receivers }: Ears): Map<string, string> {
  const url = (name: string) => receivers.find((receiver) => receiver.name === name)?.url ?? '';
  return new Map([
    ['https://hooks.slack.com', url('slack')],
    ['https://events.pagerduty.com', url('pagerduty')],
    ['http://webhook.internal', url('webhook')],
  ]);
}

export interface Stage {
  readonly stack: RunningStack;
  readonly files: UsedFiles;
  readonly evaluationMs: number;
}

/**
 * Writes the configuration of this run, has it checked, and starts the stack.
 *
 * @param onFiles told of the configuration as used, before anything starts; may refuse it by throwing.
 */
export async function startStage(
  options: DrillOptions,
  directory: RunDirectory,
  owner: Owner,
  ears: Ears,
  {
    scope,
    keeper,
    signal,
    lost,
  }: { scope: Scope; keeper: Keeper; signal: AbortSignal; lost: AbortController },
  onFiles: (files: UsedFiles) => void,
): Promise<Stage> {
  const { pace, toolchain, project, overlay, ports, env, node } = options;
  const temporary = temporaryDirectory(owner);
  scope.defer('remove temporary files', () => rm(temporary, { recursive: true, force: true, maxRetries: 5 }));
  const letGo = startWatcher(owner, node, env);
  scope.defer('let the watcher go', letGo);
  // Not if it is there already: its name can be foreseen, and it would be another's.
  await mkdir(temporary);
  // Whatever the umask: Postgres may have to run as another user, and passes through.
  await chmod(temporary, 0o711);

  const runtime = new ProcessRuntime({
    owner,
    runDirectory: directory.path,
    projectDirectory: project,
    scope,
    binary: (name) => toolchain.path(name),
    node,
    env,
    fixedPorts: ports,
    onLost: (error) => lost.abort(error),
  });
  const stack = metricsStack({
    resendDelay: scaleDuration(prometheusFlags.resendDelay, pace.factor),
    lookbackDelta: scaleDuration(prometheusFlags.lookbackDelta, pace.factor),
  });
  refuseUnknownPorts(
    ports,
    stack.components.map(({ name }) => name),
  );
  await runtime.plan(stack);
  const written = await readConfigFiles(join(project, 'stacks', 'config'), overlay);
  const prepared = await prepareStack({
    stack,
    runtime,
    files: written,
    factor: pace.factor,
    origins: originsOf(ears),
  });
  keeper.record.configuration = [...prepared.configuration];
  await checkConfig({
    stack,
    directoryOf: (component) => runtime.places(component).config,
    binary: (name) => toolchain.path(name),
    env: ownedEnvironment(env, owner),
    signal,
  });
  const files = await readUsed(join(directory.path, 'config'));
  onFiles(files);
  keeper.record.stack = {
    ...keeper.record.stack,
    components: stack.components.map(({ name, pod, program, ready }) => ({
      name,
      tool: program.kind === 'binary' ? program.binary : program.kind,
      version: program.kind === 'binary' ? toolchain.version(program.binary) : '',
      address: runtime.address(pod, ready.port),
    })),
  };
  const running = await startStack({
    prepared,
    runtime,
    signal,
    onReady: ({ spec, readyAfterMs }, waitingFor) => {
      const { components } = keeper.record.stack;
      const known = components.find(({ name }) => name === spec.name);
      if (known) known.readyAfterMs = readyAfterMs;
      keeper.saw(
        waitingFor.length > 0 ? `${spec.name} ready; waiting for ${waitingFor.join(', ')}` : 'all ready',
      );
    },
  });
  return { stack: running, files, evaluationMs: evaluationOf(files) };
}

function refuseUnknownPorts(ports: ReadonlyMap<string, number>, names: readonly string[]): void {
  const unknown = [...ports.keys()].filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw badInput(
      ...unknown.map((name) => ({
        where: `--port ${name}`,
        message: 'the stack has no such component',
        hint: `it has ${names.join(', ')}`,
      })),
    );
  }
}

async function readUsed(directory: string): Promise<UsedFiles> {
  const files = new Map<string, string>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(directory.length + 1), await readFile(path, 'utf8'));
  }
  return files;
}

function evaluationOf(files: UsedFiles): number {
  const { global } = parse(files.get('prometheus/prometheus.yml') ?? '') as {
    global?: { evaluation_interval?: string };
  };
  return parseDuration(global?.evaluation_interval ?? '1m') ?? 60_000;
}

/** The readers of a running stack, and the watch that keeps what Alertmanager shows only for a while. */
export function openReaders(stack: RunningStack, signal: AbortSignal, pace: number) {
  const prometheus = prometheusReader(stack.url('prometheus', 9090), signal);
  const alertmanager = alertmanagerReader(stack.url('alertmanager', 9093), signal);
  const watch = watchAlerts(alertmanager, { everyMs: pace === 1 ? 1_000 : 200, signal });
  return { prometheus, alertmanager, watch };
}
