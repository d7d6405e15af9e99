import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tell } from '../core/events.ts';
import type { Pace } from '../core/pace.ts';
import type { Scenario } from '../core/scenario.ts';
import { cacheDirOf } from '../stacks/toolchain/cache-dir.ts';
import { type Binary, ensureTools, type ToolchainOptions } from '../stacks/toolchain/toolchain.ts';
import type { DrillOptions } from './drill.ts';

/** What the metrics stack and its checks are made of. */
const binaries: readonly Binary[] = ['prometheus', 'promtool', 'alertmanager', 'amtool', 'otelcol', 'k6'];

const project = fileURLToPath(new URL('..', import.meta.url));

/** What all drills of one command have in common. */
export interface SessionOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly pace: Pace;
  readonly runs?: string;
  readonly overlay?: string;
  readonly ports?: ReadonlyMap<string, number>;
  readonly toolProgress: ToolchainOptions['progress'];
}

/** Gives the options of a drill for each scenario. */
export type Session = (scenario: Scenario, tell: Tell) => DrillOptions;

/**
 * Makes sure that the stack's tools are there, building what lacks.
 *
 * @throws FiredrillError as `ensureTools` does.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { env, signal, pace, runs = '.firedrill/runs', overlay, ports = new Map(), toolProgress } = options;
  const cacheDir = cacheDirOf(env);
  const toolchain = await ensureTools(binaries, { cacheDir, env, signal, progress: toolProgress });
  const known = (name: string): Binary => {
    const found = binaries.find((binary) => binary === name);
    if (!found) throw new Error(`the stack's tools have no ${name}`);
    return found;
  };
  const { version } = JSON.parse(await readFile(`${project}/package.json`, 'utf8')) as { version: string };
  return (scenario, tell) => ({
    scenario,
    pace,
    toolchain: {
      path: (name) => toolchain.path(known(name)),
      version: (name) => toolchain.version(known(name)),
    },
    runs: resolve(runs),
    project,
    overlay: overlay === undefined ? undefined : resolve(overlay),
    ports,
    env: inheritable(env, cacheDir),
    node: process.execPath,
    versions: {
      firedrill: version,
      node: process.versions.node,
      ...Object.fromEntries(binaries.map((binary) => [binary, toolchain.version(binary)])),
    },
    signal,
    tell,
  });
}

/**
 * What components inherit of our environment: the little that programs need. Proxies, tokens and OTEL_*
 * settings of the person's shell have no business in a drill.
 */
function inheritable(env: SessionOptions['env'], cacheDir: string): Record<string, string> {
  const wanted = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'];
  const kept = wanted.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  // Half of a service's start is compiling its libraries.
  return { ...Object.fromEntries(kept), NODE_COMPILE_CACHE: `${cacheDir}/node-compile` };
}
