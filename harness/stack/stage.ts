import { existsSync } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkConfig } from '../../configuration/checked/check-config.ts';
import { secretsIn } from '../../configuration/confined/secrets.ts';
import { readConfigFiles } from '../../configuration/files/config-files.ts';
import { fillVariables } from '../../configuration/paced/fill-variables.ts';
import { prepareStack } from '../../configuration/prepare.ts';
import { prometheusSettings } from '../../configuration/rules/prometheus-settings.ts';
import { badInput, broken, FiredrillError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import { alertmanagerReader } from '../../signals/readers/alertmanager.ts';
import { grafanaReader } from '../../signals/readers/grafana.ts';
import { lokiReader } from '../../signals/readers/loki.ts';
import { prometheusReader } from '../../signals/readers/prometheus.ts';
import { tempoReader } from '../../signals/readers/tempo.ts';
import { watchAlerts } from '../../signals/readers/watch-alerts.ts';
import { watchGrafana } from '../../signals/readers/watch-grafana.ts';
import type { ResolvedImage } from '../../stacks/images/resolve.ts';
import { type Owner, temporaryDirectory } from '../../stacks/runtimes/process/owner.ts';
import { startWatcher } from '../../stacks/runtimes/process/watch.ts';
import type { Runtime } from '../../stacks/runtimes/runtime.ts';
import { type RunningStack, startStack } from '../../stacks/start.ts';
import { specOf } from '../command/placement.ts';
import { knownContactPoints } from '../evidence/known-contact-points.ts';
import type { Drill, DrillOptions } from '../running-drill.ts';
import { fromWithin, type Listeners, originsOf } from './listeners.ts';
import { refuseHalfProvisioned } from './provisioning.ts';
import type { Configured, Stage } from './stage-types.ts';

/**
 * Writes the configuration of this run, has it checked, and starts the stack.
 *
 * @param onFiles told of the configuration as used and as written, before anything starts; may refuse it by throwing.
 */
export async function startStage(
  { options, directory, recorder, signal, redaction }: Drill,
  runtime: Runtime,
  listeners: Listeners,
  onFiles: (configured: Configured) => void,
): Promise<Stage> {
  const { pace, placement, versionOf, project, overlay, ports, images } = options;
  const stack = specOf(placement, pace);
  refuseUnknownPorts(
    ports,
    stack.components.map(({ name }) => name),
  );
  await runtime.plan(stack);
  const written = await readConfigFiles(
    stack.config.map((folder) => join(project, 'stacks', folder)),
    overlay === undefined ? undefined : { directory: overlay, components: options.overlaid },
  );
  const secrets = secretsIn(written);
  redaction.learn(secrets);
  const prepared = await prepareStack({
    stack,
    runtime,
    files: written,
    factor: pace.factor,
    origins: originsOf(listeners),
    observer: fromWithin(listeners, listeners.observer.url),
    ...(listeners.proxy
      ? { proxy: { url: fromWithin(listeners, listeners.proxy.url), caFile: listeners.proxy.caFile } }
      : {}),
  });
  recorder.record.configuration = [...prepared.configuration];
  await checkConfig({
    ...{ stack, runtime, written, signal },
    nameOf: (path) => (overlay !== undefined && existsSync(join(overlay, path)) ? join(overlay, path) : path),
  });
  const { files } = prepared;
  const configured = { files, written: fillVariables(written), contactPoints: knownContactPoints(files) };
  onFiles(configured);
  recorder.record.stack = {
    ...recorder.record.stack,
    components: stack.components.map(({ name, pod, program, ready }) => ({
      name,
      tool: program.kind === 'binary' ? program.binary : program.kind,
      version: program.kind === 'binary' ? versionOf(program.binary) : '',
      ...imagePart(images?.get(name)),
      // As its peers know it, until it runs.
      address: runtime.address(pod, ready.port),
    })),
  };
  const running = await startStack({
    prepared,
    runtime,
    signal,
    onReady: ({ spec, readyAfterMs }, waitingFor) => {
      const { components } = recorder.record.stack;
      const known = components.find(({ name }) => name === spec.name);
      if (known) {
        known.readyAfterMs = readyAfterMs;
        known.address = runtime.reach(spec.pod, spec.ready.port);
      }
      recorder.saw(
        waitingFor.length > 0 ? `${spec.name} ready; waiting for ${waitingFor.join(', ')}` : 'all ready',
      );
    },
  }).catch(async (error: unknown) => {
    const hasGrafana = stack.components.some(({ name }) => name === 'grafana');
    const failed = error instanceof FiredrillError && error.kind === 'broken';
    if (hasGrafana && overlay !== undefined && failed)
      await refuseHalfProvisioned(directory.logs, overlay).catch((refusal: unknown) => {
        // What else its log has to say is no reason.
        if (refusal instanceof FiredrillError && refusal.kind === 'bad-input') throw refusal;
      });
    throw error;
  });
  await requireListeners(runtime, listeners);
  return {
    stack: running,
    runtime,
    ...configured,
    evaluationMs: prometheusSettings(files).evaluationMs,
    secrets,
    logs: directory.logs,
  };
}

/** A page that cannot arrive here would be taken for one that was never sent. */
async function requireListeners(runtime: Runtime, listeners: Listeners): Promise<void> {
  const urls = [
    ...listeners.receivers.map(({ url }) => url),
    listeners.observer.url,
    ...(listeners.proxy ? [listeners.proxy.url] : []),
  ];
  const addresses = urls.map((url) => new URL(fromWithin(listeners, url)).host);
  const unheard = await runtime.unreachable(addresses);
  if (unheard.length === 0) return;
  throw broken(
    'receivers',
    `the stack cannot reach them at ${unheard.join(', ')}`,
    'a firewall of this machine drops what comes from containers: allow it from the bridge docker0, or use --runtime process',
  );
}

const imagePart = (image: ResolvedImage | undefined) => {
  if (!image) return {};
  const { reference, digest, source } = image;
  return { image: { reference, digest, source } };
};

/**
 * The run's temporary directory, and its watcher, which ends whatever the run still has when we are gone.
 *
 * @returns its path.
 */
export async function openTemporary(
  owner: Owner,
  { node, env, daemon }: Pick<DrillOptions, 'node' | 'env' | 'daemon'>,
  scope: Scope,
): Promise<string> {
  const temporary = temporaryDirectory(owner);
  scope.defer('remove temporary files', () => rm(temporary, { recursive: true, force: true, maxRetries: 5 }));
  const letGo = startWatcher(owner, node, env, daemon);
  scope.defer('let the watcher go', letGo);
  // Not if it is there already: its name can be foreseen, and it would be another's.
  await mkdir(temporary);
  // Whatever the umask: Postgres may have to run as another user, and passes through.
  await chmod(temporary, 0o711);
  return temporary;
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

/** The readers of a running stack, and the watches that keep what an Alertmanager shows only for a while. */
export function openReaders(stack: RunningStack, runtime: Runtime, signal: AbortSignal, pace: number) {
  const prometheus = prometheusReader(stack.url('prometheus', 9090), signal);
  const alertmanager = alertmanagerReader(stack.url('alertmanager', 9093), signal);
  const looks = { everyMs: pace === 1 ? 1_000 : 400, signal };
  const watch = watchAlerts(alertmanager, looks);
  const has = (name: string) => stack.components.some(({ spec }) => spec.name === name);
  if (!has('grafana')) return { prometheus, alertmanager, watch };
  const grafana = grafanaReader(stack.url('grafana', 3000), runtime.secret, signal);
  return {
    ...{ prometheus, alertmanager, watch, grafana },
    loki: lokiReader(stack.url('loki', 3100), signal),
    tempo: tempoReader(stack.url('tempo', 3200), signal),
    grafanaWatch: watchGrafana(grafana, looks),
  };
}
