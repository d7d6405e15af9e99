import { badInput, exitCodes } from '../core/errors.ts';
import { nameHint } from '../core/similar-names.ts';
import { tellTestcontainers } from '../harness/command/docker-side.ts';
import { exitAfterOutput } from '../harness/command/exit-after-output.ts';
import { tellError } from '../harness/command/tell-error.ts';
import { untilInterrupted } from '../harness/command/until-interrupted.ts';
import { prometheusFlags } from '../stacks/components/prometheus.ts';
import { resolveImages } from '../stacks/images/resolve.ts';
import { findDaemon } from '../stacks/runtimes/docker/find-daemon.ts';
import { binariesOf, stackOf } from '../stacks/stacks.ts';
import { cacheDirOf } from '../stacks/toolchain/cache-dir.ts';
import { progressRenderer } from '../stacks/toolchain/progress.ts';
import { recipes, type ToolName } from '../stacks/toolchain/recipes.ts';
import { type Binary, ensureTools } from '../stacks/toolchain/toolchain.ts';

/** A stack with every component. */
const everything = stackOf('full', 'sidecar', prometheusFlags);

const usage = `usage: npm run setup [-- TOOL...] [docker], or firedrill setup [TOOL...] [docker]

Builds the tools that drills run, once, into the cache. Without names it builds all of them.

  docker   also makes container images of them, for machines that cannot pull the official images
  --help

Tools: ${Object.keys(recipes).join(', ')}
Exit code: 0 everything is there, 2 bad input, 3 a tool cannot be built, 130 interrupted.
`;

/**
 * What to make: the binaries of the named tools (of all tools without a name), and images with `docker`.
 *
 * @throws FiredrillError `bad-input` with every unknown name.
 */
function workOf(names: readonly string[]): { binaries: Binary[]; images: boolean } {
  const isTool = (name: string): name is ToolName => Object.hasOwn(recipes, name);
  const unknown = names.filter((name) => !isTool(name) && name !== 'docker');
  if (unknown.length > 0) {
    const known = [...Object.keys(recipes), 'docker'];
    throw badInput(
      ...unknown.map((name) => ({
        where: name,
        message: 'there is no such tool',
        hint: nameHint(name, known),
      })),
    );
  }
  const images = names.includes('docker');
  const tools = names.length > 0 ? names.filter(isTool) : (Object.keys(recipes) as ToolName[]);
  const binaries = tools.flatMap((tool): readonly Binary[] => recipes[tool].binaries);
  const known: readonly Binary[] = Object.values(recipes).flatMap(
    (recipe): readonly Binary[] => recipe.binaries,
  );
  const contained = images ? known.filter((binary) => binariesOf(everything).includes(binary)) : [];
  return { binaries: [...new Set([...binaries, ...contained])], images };
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usage);
    return exitCodes.held;
  }
  const signal = untilInterrupted();
  const renderer = progressRenderer(process.stderr);
  try {
    const { binaries, images } = workOf(args);
    const options = { cacheDir: cacheDirOf(process.env), signal, progress: renderer.show };
    if (images) tellTestcontainers(await findDaemon(process.env), process.env);
    const tools = await ensureTools(binaries, { ...options, env: process.env });
    const made = images ? await resolveImages(everything, 'local', { ...options, toolchain: tools }) : [];
    renderer.end();
    for (const binary of binaries) {
      process.stdout.write(`${binary} ${tools.version(binary)} ${tools.path(binary)}\n`);
    }
    for (const reference of new Set([...made.values()].map((image) => image.reference))) {
      process.stdout.write(`${reference}\n`);
    }
    return exitCodes.held;
  } catch (error) {
    renderer.end();
    if (signal.aborted) {
      process.stderr.write('interrupted; finished tools and images are kept\n');
      return exitCodes.interrupted;
    }
    return tellError(error);
  }
}

exitAfterOutput(await main(process.argv.slice(2)));
