import { checkConfig } from '../../configuration/checked/check-config.ts';
import { readConfigFiles } from '../../configuration/config-files.ts';
import { secretsOf } from '../../configuration/confined/secrets.ts';
import { mainPair } from '../../configuration/files/pairs.ts';
import { prepareStack } from '../../configuration/prepare.ts';
import { broken, FiredrillError } from '../../core/errors.ts';
import { paced } from '../../core/pace.ts';
import type { ResolvedImage } from '../../stacks/images/resolve.ts';
import { imageKeyOf } from '../../stacks/images/user-images.ts';
import type { Runtime } from '../../stacks/runtimes/runtime.ts';
import { startStack } from '../../stacks/start.ts';
import type { Drill } from '../running-drill.ts';
import { localOrigins, type OwnListeners, urlForComponents } from './listeners.ts';
import { configFolders, productionFacts, specOf } from './placement.ts';
import { refuseProvisioningErrors } from './provisioning.ts';
import { grafanaLog } from './readers.ts';
import type { ReadyStack } from './ready-stack.ts';
import { refuseUnjudgeable } from './refuse-unjudgeable.ts';
import { configurationOf } from './stack-configuration.ts';
import type { StackLifecycle } from './stack-lifecycle.ts';

/**
 * Writes the configuration of this run, checks it and starts the stack.
 *
 * @throws FiredrillError `bad-input`, before anything starts, when the configuration is refused; `broken` when a
 * component does not become ready or cannot reach the receivers.
 */
export async function configureAndStart(
  drill: Drill,
  { owner }: Pick<StackLifecycle, 'owner'>,
  runtime: Runtime,
  listeners: OwnListeners,
): Promise<ReadyStack> {
  const { options, directory, recorder, signal, redaction } = drill;
  const { pace, placement, versionOf, project, overlay, images } = options;
  const outOfOrderMs = outOfOrderMsOf(options);
  const stack = specOf(placement, pace, outOfOrderMs !== undefined);
  await runtime.plan(stack);
  const written =
    options.judged ??
    (await readConfigFiles(
      configFolders(stack, project),
      overlay === undefined
        ? undefined
        : { directory: overlay, components: options.overlaid, ...productionFacts(stack, placement) },
      stack.made,
    ));
  const secrets = secretsOf(written);
  redaction.learn(secrets);
  const prepared = await prepareStack({
    stack,
    runtime,
    files: written,
    judged: options.judged !== undefined,
    factor: pace.factor,
    ...(outOfOrderMs === undefined ? {} : { outOfOrderMs }),
    origins: localOrigins(listeners),
    observer: urlForComponents(listeners, listeners.observer.url),
    proxy: { url: urlForComponents(listeners, listeners.proxy.url), caFile: listeners.proxy.caFile },
  });
  recorder.record.configuration = [...prepared.configuration];
  const { replacements } = written.adoption;
  if (replacements.length > 0) recorder.record.replacements = [...replacements];
  if (!options.checked) await checkConfig({ stack, runtime, written, signal });
  const configured = configurationOf(stack, prepared.files, written);
  refuseUnjudgeable(drill, configured, 0);
  recorder.record.stack = {
    ...recorder.record.stack,
    components: stack.components.map(({ name, pod, program, ready, limits }) => ({
      name,
      tool: program.kind === 'binary' ? program.binary : program.kind,
      version: program.kind === 'binary' ? versionOf(program.binary) : '',
      ...imagePart(images?.get(imageKeyOf({ name, program }))),
      // The address inside the stack. It is replaced by the address on this machine once the component is ready.
      address: runtime.address(pod, ready.port),
      // Processes are not limited.
      ...(limits && runtime.name === 'docker' ? { limits } : {}),
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
      await refuseProvisioningErrors(grafanaLog(directory.logs), overlay).catch((refusal: unknown) => {
        // Other problems with Grafana's log do not explain why the start failed.
        if (refusal instanceof FiredrillError && refusal.kind === 'bad-input') throw refusal;
      });
    throw error;
  });
  await requireReachableListeners(runtime, listeners);
  const { configuration, stack: recorded } = recorder.record;
  return {
    ...running,
    ...configured,
    ...{ runtime, owner, listeners, secrets, judged: stack.judged ?? mainPair },
    logs: directory.logs,
    recorded: { configuration, replacements, components: recorded.components },
    readyAt: Date.now(),
  };
}

/** Longer than a stack lives before its history is written, apart from the warm-up. Milliseconds. */
const startMs = 3_600_000;

/** How much older than the newest the samples of the history are; `undefined` for a scenario without one. */
function outOfOrderMsOf({ scenario: { load }, pace }: Drill['options']): number | undefined {
  return load.history === undefined
    ? undefined
    : paced(load.history, pace) + paced(load.warmUp, pace) + startMs;
}

/** Without this check, a page that cannot reach the receivers would look like a page that was never sent. */
async function requireReachableListeners(runtime: Runtime, listeners: OwnListeners): Promise<void> {
  const urls = [...listeners.receivers.map(({ url }) => url), listeners.observer.url, listeners.proxy.url];
  const addresses = urls.map((url) => new URL(urlForComponents(listeners, url)).host);
  const unreachable = await runtime.unreachable(addresses);
  if (unreachable.length === 0) return;
  throw broken(
    'receivers',
    `the stack cannot reach them at ${unreachable.join(', ')}`,
    'a firewall of this machine drops what comes from containers: allow it from the bridge docker0, or use --runtime process',
  );
}

const imagePart = (image: ResolvedImage | undefined) => {
  if (!image) return {};
  const { reference, digest, source } = image;
  return { image: { reference, digest, source } };
};
