import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkOf } from '../../configuration/checked/check-config.ts';
import type { Tell } from '../../core/events.ts';
import type { Pace } from '../../core/pace.ts';
import type { StackRuntime } from '../../core/runtime.ts';
import type { Scenario } from '../../core/scenario.ts';
import { runtimeOf } from '../../core/system.ts';
import type { StackSpec } from '../../stacks/component.ts';
import type { ImageChoice } from '../../stacks/images/image-choice.ts';
import type { ResolvedImage } from '../../stacks/images/resolve.ts';
import { binariesOf } from '../../stacks/stacks.ts';
import { cacheDirOf } from '../../stacks/toolchain/cache-dir.ts';
import { recipes } from '../../stacks/toolchain/recipes.ts';
import {
  type Binary,
  ensureTools,
  type Toolchain,
  type ToolchainOptions,
} from '../../stacks/toolchain/toolchain.ts';
import type { DrillOptions } from '../running-drill.ts';
import { overlayOf, type Placement, scenarioOnPlacement, specOf } from '../stack/placement.ts';
import { seeds } from './arguments.ts';
import type { Tools } from './check-by-tools.ts';
import { dockerSide, tellTestcontainers, userDaemon } from './docker-side.ts';
import { loadImage } from './load-image.ts';
import { chooseRuntime, type RuntimeWish } from './runtime-choice.ts';

/** Where runs are kept unless asked otherwise, from the person's working directory. */
export const defaultRuns = '.firedrill/runs';

/** Where the lines of drills are kept unless asked otherwise: beside the runs, or in their folder if that is named. */
export const ledgerFileOf = ({
  runs,
  ledger,
}: {
  readonly runs?: string;
  readonly ledger?: string;
}): string =>
  resolve(ledger ?? (runs === undefined ? join(dirname(defaultRuns), ledgerName) : join(runs, ledgerName)));

const ledgerName = 'ledger.jsonl';

/** The project's own directory. */
export const project = fileURLToPath(new URL('../..', import.meta.url));

/** The version of firedrill. */
export async function versionOfProject(): Promise<string> {
  const { version } = JSON.parse(await readFile(`${project}/package.json`, 'utf8')) as { version: string };
  return version;
}

/** What all drills of one command have in common. */
export interface SessionOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly pace: Pace;
  readonly runtime: RuntimeWish;
  /** Of runtime docker; absent: not asked for. */
  readonly images?: ImageChoice;
  /** Everything on which a drill of the session may run. */
  readonly placements: readonly Placement[];
  readonly runs?: string;
  readonly overlay?: string;
  readonly ports?: ReadonlyMap<string, number>;
  readonly toolProgress: ToolchainOptions['progress'];
}

export interface Session {
  /** The options of a drill of a scenario on one of the session's placements. */
  (
    scenario: Scenario,
    placement: Placement,
    tell: Tell,
    /** Decides which requests the fault hits. Default: another one for each drill. */
    seed?: number,
  ): DrillOptions;
  /** What the drills run on. */
  readonly runtime: StackRuntime;
  /** The tools that check configuration on this machine. Absent if they are in the images of the components. */
  readonly tools?: Omit<Tools, 'signal'>;
}

/**
 * Chooses what the drills run on, and makes sure that the stacks' tools are there, building what lacks.
 *
 * @throws FiredrillError as `chooseRuntime` and `ensureTools` do.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { env, signal, pace, placements, runs = defaultRuns, overlay, ports = new Map() } = options;
  const { toolProgress } = options;
  const cacheDir = cacheDirOf(env);
  const binaries = binariesFor(placements, pace);
  // Those of all placements are the same.
  const programs = placements[0]?.system?.programs;
  const tools = { cacheDir, env, signal, progress: toolProgress, programs };
  const systems = new Map(
    placements.flatMap(({ system }) => (system ? [[system.file, system] as const] : [])),
  );
  const [only] = [...systems.values()].map(runtimeOf);
  const wish = only ?? options.runtime;
  const { daemon, lacking } = await userDaemon(wish, env);
  tellTestcontainers(daemon, process.env);
  const notes = [...systems.values()].flatMap((system) => system.notes);
  const stacks = placements.map((placement) => specOf(placement, pace));
  let contained: Toolchain<Binary> | undefined;
  const docker = dockerSide({
    ...tools,
    wish,
    choice: options.images,
    stacks,
    lacking,
    toolchain: async () => {
      contained = await ensureTools(binaries, tools);
      return named(contained);
    },
    note: (message) => void notes.push(message),
  });
  const runtime = await chooseRuntime(wish, () => docker.probe());
  const images = runtime.name === 'docker' ? await docker.images() : undefined;
  const load = images ? await loadImage(tools) : undefined;
  if (load) notes.push(load.note);
  // What runs in containers is in their images; the load and the tools of local images are not.
  const toolchain = await ensureTools(images ? (load ? [] : ['k6']) : binaries, tools);
  for (const binary of binaries) {
    if (images && (binary !== 'k6' || load)) continue;
    if (toolchain.source(binary) === 'user' && toolchain.version(binary) === 'unknown')
      notes.push(`${binary}: ${toolchain.path(binary)} does not print its version`);
  }
  const versionOf = (binary: string) =>
    (binary === 'k6' ? load?.version : undefined) ??
    (images && binary !== 'k6' ? versionInImage(binary, stacks, images) : undefined) ??
    (contained ?? toolchain).version(binaryNamed(binary));
  const version = await versionOfProject();
  const components = inheritable(env, cacheDir);
  const { path } = named(toolchain);
  const checking = images ? {} : { tools: { path, env: components, node: process.execPath } };
  const drill = (scenario: Scenario, placement: Placement, tell: Tell, seed = randomInt(seeds)) => ({
    scenario: scenarioOnPlacement(scenario, placement),
    placement,
    runtime,
    pace,
    seed,
    toolchain: named(toolchain),
    versionOf,
    daemon,
    ...(images ? { images } : {}),
    ...(load ? { k6Image: load.reference } : {}),
    notes,
    runs: resolve(runs),
    project,
    overlay: overlayOf(placement, overlay === undefined ? undefined : resolve(overlay)),
    overlaid: placement.system
      ? specOf(placement, pace).components
      : stacks.flatMap(({ components }) => components),
    ports,
    env: components,
    node: process.execPath,
    versions: {
      firedrill: version,
      node: process.versions.node,
      ...Object.fromEntries(binaries.map((binary) => [binary, versionOf(binary)])),
    },
    signal,
    tell,
  });
  return Object.assign(drill, { runtime: runtime.name, ...checking });
}

const named = ({ path, home }: Toolchain<Binary>) => ({
  path: (name: string) => path(binaryNamed(name)),
  home: (name: string) => home(binaryNamed(name)),
});

/** The tag of the image that a binary runs from or is in; `undefined` of one that was made here. */
function versionInImage(
  binary: string,
  stacks: readonly StackSpec[],
  images: ReadonlyMap<string, ResolvedImage>,
): string | undefined {
  const component = stacks
    .flatMap(({ components }) => components)
    .find((one) => binariesOf({ components: [one] }).includes(binary));
  const image = images.get(component?.name ?? '');
  if (!image || image.source === 'local') return undefined;
  const [, tag = 'latest'] = /:([^:/@]+)(?:@[^/]*)?$/.exec(image.reference) ?? [];
  return tag.replace(/^v(?=\d)/, '');
}

/** What the stacks are made of and checked with, and the load. */
const binariesFor = (placements: readonly Placement[], pace: Pace): Binary[] => [
  ...new Set(
    [...placements.flatMap((placement) => binariesOf(specOf(placement, pace))), 'k6'].map(binaryNamed),
  ),
];

/** The tools that check the configuration of a stack. */
export const checkersOf = ({ components }: StackSpec): Binary[] =>
  [...new Set(components.flatMap(checkOf))].map(binaryNamed);

const known: readonly Binary[] = Object.values(recipes).flatMap(({ binaries }) => [...binaries]);

function binaryNamed(name: string): Binary {
  const found = known.find((binary) => binary === name);
  if (!found) throw new Error(`the toolchain has no ${name}`);
  return found;
}

/**
 * What components inherit of our environment: the little that programs need. Proxies, tokens and OTEL_*
 * settings of the person's shell have no business in a drill.
 */
export function inheritable(env: SessionOptions['env'], cacheDir: string): Record<string, string> {
  const wanted = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'];
  const kept = wanted.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  // Half of a service's start is compiling its libraries.
  return { ...Object.fromEntries(kept), NODE_COMPILE_CACHE: `${cacheDir}/node-compile` };
}
