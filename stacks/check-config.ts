import { join } from 'node:path';
import { execa } from 'execa';
import { badInput, type Problem } from '../core/errors.ts';
import type { StackSpec } from './component.ts';

/** Where one component's configuration of this run is. */
type ConfigDirectory = (component: string) => string;

/** How each kind of configuration is checked, by the component's own tool. */
const checks: Readonly<Record<string, { binary: string; args: (directory: string) => string[] }>> = {
  prometheus: {
    binary: 'promtool',
    args: (directory) => ['check', 'config', join(directory, 'prometheus.yml')],
  },
  alertmanager: {
    binary: 'amtool',
    args: (directory) => ['check-config', join(directory, 'alertmanager.yml')],
  },
  collector: {
    binary: 'otelcol',
    args: (directory) => ['validate', `--config=${join(directory, 'sidecar.yaml')}`],
  },
};

/**
 * Has every configuration checked by its component's own tool, before anything starts.
 *
 * @throws FiredrillError `bad-input` with what each tool that refused said.
 */
export async function checkConfig(options: {
  stack: StackSpec;
  directoryOf: ConfigDirectory;
  binary: (name: string) => string;
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
}): Promise<void> {
  const { stack, directoryOf, binary, env, signal } = options;
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const { name, config } of stack.components) {
    const check = config === undefined ? undefined : checks[config];
    // Sidecars share one file; it is the same but for its addresses.
    if (!check || config === undefined || seen.has(config)) continue;
    seen.add(config);
    const { failed, all, isCanceled } = await execa(binary(check.binary), check.args(directoryOf(name)), {
      all: true,
      reject: false,
      env: { ...env },
      extendEnv: false,
      cancelSignal: signal,
      timeout: 30_000,
    });
    if (isCanceled) signal.throwIfAborted();
    if (failed) {
      problems.push({
        where: `${config} configuration`,
        message: `${check.binary} refuses it:\n${indent(all ?? '')}`,
        hint: `the file as used: ${directoryOf(name)}`,
      });
    }
  }
  if (problems.length > 0) throw badInput(...problems);
}

const indent = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    // What is well would only bury what is not.
    .filter((line) => line.trim() !== '' && !/^\s*(Checking \S+(\s+SUCCESS)?\s*$|SUCCESS:)/.test(line))
    .map((line) => `    ${line}`)
    .join('\n');
