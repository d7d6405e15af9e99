import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { badInput, type Problem } from '../../core/errors.ts';
import type { ComponentSpec, StackSpec } from '../../stacks/component.ts';
import type { Runtime } from '../../stacks/runtimes/runtime.ts';
import { folderOf } from '../files/config-files.ts';
import type { WrittenFiles } from '../files/files.ts';
import { sourceLine } from '../files/source-lines.ts';

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
  runtime: Pick<Runtime, 'paths' | 'configOnHost' | 'check'>;
  /** As they are written. */
  written: WrittenFiles;
  /** What a file is to be called, e.g. by the place at which its author has it; default: its path. */
  nameOf?: (path: string) => string;
  signal: AbortSignal;
}): Promise<void> {
  const { stack, runtime, written, nameOf = (path) => path, signal } = options;
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
    const args = check.args(runtime.paths(name).config, basename(config));
    const { failed, output } = await runtime.check(component, check.binary, args, signal);
    if (!failed) return [];
    const copy = {
      folder: folderOf(config),
      seen: runtime.paths(name).config,
      onHost: runtime.configOnHost(name),
    };
    const told = await inTermsOfSource(output, copy, written, nameOf);
    return [{ where: `${config} configuration`, message: `${check.binary} refuses it:\n${indent(told)}` }];
  };
  const problems = (await Promise.all([...byConfig].map(judge))).flat();
  if (problems.length > 0) throw badInput(...problems);
}

/** The run's copy of one folder of the configuration. */
interface Copy {
  readonly folder: string;
  /** Its directory as the tool knows it, and as this machine does. */
  readonly seen: string;
  readonly onHost: string;
}

/** What a tool says of the run's copy, said of the files from which it was made: with their names and lines. */
async function inTermsOfSource(
  output: string,
  { folder, seen, onHost }: Copy,
  written: WrittenFiles,
  nameOf: (path: string) => string,
): Promise<string> {
  const lines: string[] = [];
  let path: string | undefined;
  for (const line of output.split('\n')) {
    path = [...written.keys()].find((known) => mentions(line, known, { folder, seen })) ?? path;
    let told = line;
    if (path !== undefined) {
      const source = written.get(path) ?? '';
      const used = await readFile(join(onHost, path.slice(folder.length + 1)), 'utf8').catch(() => '');
      // `line 5: field …` of YAML, and `FILE: 5:9: …` of promtool.
      told = line.replace(/(?<=^\s*line |\.\w+: )\d+(?=:)/g, (digits) => {
        const found = sourceLine(used, source, Number(digits));
        return found === undefined ? digits : `${found}`;
      });
      told = told.replaceAll(join(seen, path.slice(folder.length + 1)), nameOf(path));
    }
    lines.push(told);
  }
  return lines.join('\n');
}

const mentions = (line: string, path: string, { folder, seen }: Omit<Copy, 'onHost'>): boolean =>
  path.startsWith(`${folder}/`) && line.includes(join(seen, path.slice(folder.length + 1)));

/** Lines of what is well, which would only bury what is not. */
const ofNoUse =
  /^\s*(Checking \S+(\s+SUCCESS)?\s*$|SUCCESS:|Found:$|- (global config|route|\d+ (inhibit rules|receivers|templates))$|amtool: error: failed to validate)/;

const indent = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .filter((line) => line.trim() !== '' && !ofNoUse.test(line))
    .map((line) => `    ${line}`)
    .join('\n');
