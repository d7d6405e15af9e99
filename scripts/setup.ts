import { badInput, exitCodes, FiredrillError, messageOf } from '../core/errors.ts';
import { cacheDirOf } from '../stacks/toolchain/cache-dir.ts';
import { progressRenderer } from '../stacks/toolchain/progress.ts';
import { recipes, type ToolName } from '../stacks/toolchain/recipes.ts';
import { type Binary, ensureTools } from '../stacks/toolchain/toolchain.ts';

const usage = `usage: npm run setup [-- TOOL...]

Builds the real components that drills run, once, into the cache. Without names: all of them.
Tools: ${Object.keys(recipes).join(', ')}
`;

/** The binaries of the named tools, or of all when none is named. */
function binariesOf(names: readonly string[]): Binary[] {
  const isTool = (name: string): name is ToolName => Object.hasOwn(recipes, name);
  const unknown = names.filter((name) => !isTool(name));
  if (unknown.length > 0) {
    const hint = `known are ${Object.keys(recipes).join(', ')}`;
    throw badInput(...unknown.map((name) => ({ where: name, message: 'there is no such tool', hint })));
  }
  const tools = names.length > 0 ? names.filter(isTool) : (Object.keys(recipes) as ToolName[]);
  return tools.flatMap((tool): readonly Binary[] => recipes[tool].binaries);
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usage);
    return exitCodes.held;
  }
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort());
  const renderer = progressRenderer(process.stderr);
  try {
    const binaries = binariesOf(args);
    const tools = await ensureTools(binaries, {
      cacheDir: cacheDirOf(process.env),
      env: process.env,
      signal: stop.signal,
      progress: renderer.show,
    });
    renderer.end();
    for (const binary of binaries) {
      process.stdout.write(`${binary} ${tools.version(binary)} ${tools.path(binary)}\n`);
    }
    return exitCodes.held;
  } catch (error) {
    renderer.end();
    process.stderr.write(`${messageOf(error)}\n`);
    if (error instanceof FiredrillError) return error.exitCode;
    return exitCodes.broken;
  }
}

process.exitCode = await main(process.argv.slice(2));
