import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import type { Beside, BesideOptions, BesideProgram } from '../runtime.ts';
import { RunContainer } from './container.ts';
import { exitText } from './container-exit.ts';
import { mounted } from './copied-files.ts';
import type { DockerRun } from './docker-run.ts';
import { daemonMessage } from './engine.ts';
import { captureOutput } from './output.ts';
import { waitForExit } from './wait-for-exit.ts';

/**
 * The network that pods never leave, for containers that are no part of the stack.
 *
 * @param nextPart another name for each container.
 */
export async function besideOf(run: DockerRun, nextPart: () => string): Promise<Beside> {
  const network = await run.pods.outerNetwork();
  const processes = await run.pods.processes();
  return {
    addresses: new Map([...processes].map(([pod, { address }]) => [pod, address])),
    ...(await run.pods.addresses()),
    start: (options) => startBeside(run, network, nextPart(), options),
  };
}

async function startBeside(
  run: DockerRun,
  network: string,
  part: string,
  { image, args, env, files, errors }: BesideOptions,
): Promise<BesideProgram> {
  const { engine, labels } = run;
  const name = run.nameOf(part);
  const output = new PassThrough();
  const started = await new RunContainer(image, name, labels)
    .withCopyContentToContainer(await mounted(files))
    .withNetworkMode(network)
    .withoutExternalDns()
    .withShortLog()
    .withCommand([...args])
    .withEnvironment({ ...env })
    .withBeforeStart(async () => void (await captureOutput(engine, name, output, errors)))
    .start();
  const container = engine.docker.getContainer(started.getId());
  return {
    lines: createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY }),
    kill: (signal) => void container.kill({ signal }).catch(() => {}),
    ended: waitForExit(engine, started.getId()).then(exitText, (error: unknown) => {
      output.end();
      return `its container is lost: ${daemonMessage(error)}`;
    }),
  };
}
