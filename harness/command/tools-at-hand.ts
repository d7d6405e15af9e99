import { FiredrillError } from '../../core/errors.ts';
import type { Problems } from '../../core/problems.ts';
import { cacheDirOf } from '../../stacks/toolchain/cache-dir.ts';
import { toolsAtHand } from '../../stacks/toolchain/toolchain.ts';
import { checkByTools } from './check-by-tools.ts';
import type { Judged } from './check-input.ts';
import { checkersOf, inheritable } from './session.ts';

const { env } = process;

/** Checks the valid files with the components' own tools, if the tools are already built. */
export async function checkByToolsAtHand(judged: Judged, problems: Problems): Promise<void> {
  const cacheDir = cacheDirOf(env);
  const { signal } = new AbortController();
  for (const one of judged) {
    const found = await problems.readSoon(
      toolsAtHand(checkersOf(one.stack), { cacheDir, env, signal, programs: one.stack.programs }),
    );
    const path = (binary: string) => [...(found ?? [])].find(([name]) => name === binary)?.[1];
    const tools = { path, env: inheritable(env, cacheDir), node: process.execPath, signal };
    // A tool that cannot be run must not hide the known problems.
    if (found) await checkByTools(one, tools, problems).catch(ifBroken);
  }
}

function ifBroken(error: unknown): void {
  if (!(error instanceof FiredrillError)) throw error;
}
