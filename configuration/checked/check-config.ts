import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { badInput, type Problem } from '../../core/errors.ts';
import type { ComponentSpec, StackSpec } from '../../stacks/component.ts';
import type { Runtime } from '../../stacks/runtimes/runtime.ts';
import { folderOf, type WrittenFiles } from '../files/files.ts';
import { plainFolder } from '../files/pairs.ts';
import { sourceLine } from '../files/source-lines.ts';
import { isRuleFile } from '../paced/configured-paths.ts';

interface Check {
  readonly binary: string;
  /** The file that names the others, of a component that reads a folder. */
  readonly main?: string;
  /** @param file the main one, or the only one. */
  readonly args: (directory: string, file: string) => string[];
  /**
   * What says more, where the first fault has kept the tool from looking at other files.
   *
   * @param paths of the files of the folder.
   */
  readonly further?: (directory: string, paths: readonly string[]) => string[] | undefined;
  /** What to do about what the tool said. */
  readonly hint?: (output: string) => string | undefined;
}

/** How each kind of configuration is checked, by the component's own tool. */
const checks: Readonly<Record<string, Check>> = {
  prometheus: {
    binary: 'promtool',
    main: 'prometheus.yml',
    args: (directory, file) => ['check', 'config', join(directory, file)],
    further: (directory, paths) => {
      const rules = paths.filter(isRuleFile).map((path) => join(directory, inFolder(path)));
      return rules.length > 0 ? ['check', 'rules', ...rules] : undefined;
    },
  },
  alertmanager: {
    binary: 'amtool',
    main: 'alertmanager.yml',
    args: (directory, file) => ['check-config', join(directory, file)],
  },
  collector: {
    binary: 'otelcol',
    args: (directory, file) => ['validate', `--config=${join(directory, file)}`],
    hint: (output) =>
      /unknown type: /.test(output)
        ? 'this Collector is built without it; name one that has it, e.g. otelcol-contrib, by FIREDRILL_OTELCOL'
        : undefined,
  },
  loki: {
    binary: 'loki',
    main: 'loki.yaml',
    // It does not take a configuration without the directory that a run gives by the same flag.
    args: (directory, file) => [
      '-verify-config',
      `-config.file=${join(directory, file)}`,
      `-common.path-prefix=${directory}`,
    ],
  },
  tempo: {
    binary: 'tempo',
    main: 'tempo.yaml',
    args: (directory, file) => ['-config.verify=true', `-config.file=${join(directory, file)}`],
  },
};

const kindOf = (config: string): Check | undefined => checks[plainFolder(folderOf(config))];

/** Binary of the toolchain that checks a component's configuration, if there is one. */
export const checkOf = ({ config }: ComponentSpec): string[] => {
  const check = config === undefined ? undefined : kindOf(config);
  return check ? [check.binary] : [];
};

/** The file of a component that names its others, or its only one, by its path in the configuration. */
export const mainOf = (config: string): string => {
  const { main } = kindOf(config) ?? {};
  return main === undefined ? config : `${folderOf(config)}/${main}`;
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
  signal: AbortSignal;
}): Promise<void> {
  const { stack, runtime, written, signal } = options;
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
    const directory = runtime.paths(name).config;
    const run = (args: readonly string[]) => runtime.check(component, check.binary, args, signal);
    const { failed, output } = await run(check.args(directory, basename(mainOf(config))));
    if (!failed) return [];
    const paths = [...written.keys()].filter((path) => folderOf(path) === folderOf(config));
    const more = check.further?.(directory, paths);
    const furtherOutput = more ? (await run(more)).output : '';
    const copy = {
      folder: folderOf(config),
      seen: directory,
      onHost: runtime.configOnHost(name),
    };
    const told = await inTermsOfSource(`${output}\n${furtherOutput}`, copy, written);
    // Of several files those at fault are named by the tool.
    const where = check.further ? `${config} configuration` : written.place(mainOf(config)).file;
    const hint = check.hint?.(output);
    return [{ where, message: `${check.binary} refuses it:\n${indent(told)}`, ...(hint ? { hint } : {}) }];
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
): Promise<string> {
  const lines: string[] = [];
  let path: string | undefined;
  for (const line of output.split('\n')) {
    path = [...written.keys()].find((known) => mentions(line, known, { folder, seen })) ?? path;
    let told = line;
    if (path !== undefined) {
      const source = written.get(path) ?? '';
      const place = written.place(path);
      const used = await readFile(join(onHost, inFolder(path)), 'utf8').catch(() => '');
      // `line 5: field …` of YAML, and `FILE: 5:9: …` of promtool.
      told = line.replace(/(?<=^\s*line |\.\w+: )\d+(?=:)/g, (digits) => {
        return sourceLine(used, source, Number(digits), place) ?? digits;
      });
      told = told.replaceAll(join(seen, inFolder(path)), place.file);
    }
    lines.push(told);
  }
  return lines.join('\n');
}

const mentions = (line: string, path: string, { folder, seen }: Omit<Copy, 'onHost'>): boolean =>
  path.startsWith(`${folder}/`) && line.includes(join(seen, inFolder(path)));

/** `prometheus/rules/a.yml` → `rules/a.yml` */
const inFolder = (path: string): string => path.slice(folderOf(path).length + 1);

/** Lines of what is well, which would only bury what is not. */
const ofNoUse =
  /^\s*(Checking \S+(\s+SUCCESS)?\s*$|SUCCESS:|Found:$|- (global config|route|\d+ (inhibit rules|receivers|templates))$|amtool: error: failed to validate)/;

/** What a tool logs besides, which is no fault. */
const isLogged = (line: string): boolean => /\blevel=(debug|info|warn)\b/i.test(line);

/** Each line once, the faults first. */
function indent(text: string): string {
  // amtool begins to log in the middle of its line.
  const apart = text.replace(/(?<=')(?=(time|ts)=\S+ level=)/g, '\n');
  const lines = apart.split('\n').filter((line) => line.trim() !== '' && !ofNoUse.test(line));
  const [logged, faults] = [lines.filter(isLogged), lines.filter((line) => !isLogged(line))];
  return [...new Set([...faults, ...logged])].map((line) => `    ${line}`).join('\n');
}
