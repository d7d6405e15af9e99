import { basename, join } from 'node:path';
import { badInput, type Problem } from '../core/errors.ts';
import type { ComponentSpec, StackSpec } from './component.ts';
import { folderOf } from './config-files.ts';
import type { Runtime } from './runtimes/runtime.ts';

interface Check {
  readonly binary: string;
  /** @param file the one that the component reads, where it is not the whole folder. */
  readonly args: (directory: string, file: string) => string[];
}

/** How each kind of configuration is checked, by the component's own tool. */
const checks: Readonly<Record<string, Check>> = {
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
    args: (directory, file) => ['validate', `--config=${join(directory, file)}`],
  },
  loki: {
    binary: 'loki',
    // It does not take a configuration without the directory that a run gives by the same flag.
    args: (directory) => [
      '-verify-config',
      `-config.file=${join(directory, 'loki.yaml')}`,
      `-common.path-prefix=${directory}`,
    ],
  },
  tempo: {
    binary: 'tempo',
    args: (directory) => ['-config.verify=true', `-config.file=${join(directory, 'tempo.yaml')}`],
  },
};

const kindOf = (config: string): Check | undefined => checks[folderOf(config)];

/** Binary of the toolchain that checks a component's configuration, if there is one. */
export const checkOf = ({ config }: ComponentSpec): string[] => {
  const check = config === undefined ? undefined : kindOf(config);
  return check ? [check.binary] : [];
};

/**
 * Has every configuration checked by its component's own tool, before anything starts.
 *
 * @throws FiredrillError `bad-input` with what each tool that refused said.
 */
export async function checkConfig(options: {
  stack: StackSpec;
  runtime: Pick<Runtime, 'places' | 'configOnHost' | 'check'>;
  signal: AbortSignal;
}): Promise<void> {
  const { stack, runtime, signal } = options;
  // Sidecars share one file; it is the same but for its addresses.
  const byConfig = new Map<string, ComponentSpec>();
  for (const component of stack.components) {
    const { config } = component;
    if (config !== undefined && !byConfig.has(config)) byConfig.set(config, component);
  }
  const judge = async ([config, component]: [string, ComponentSpec]): Promise<Problem[]> => {
    const check = kindOf(config);
    if (!check) return [];
    const { name } = component;
    const args = check.args(runtime.places(name).config, basename(config));
    const { failed, output } = await runtime.check(component, check.binary, args, signal);
    if (!failed) return [];
    return [
      {
        where: `${config} configuration`,
        message: `${check.binary} refuses it:\n${indent(output)}`,
        hint: `the file as used: ${runtime.configOnHost(name)}`,
      },
    ];
  };
  const problems = (await Promise.all([...byConfig].map(judge))).flat();
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
