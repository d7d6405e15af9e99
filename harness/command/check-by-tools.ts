import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkConfig, checkOf, mainOf } from '../../configuration/checked/check-config.ts';
import { folderOf, type WrittenFiles } from '../../configuration/files/files.ts';
import { list } from '../../configuration/files/yaml.ts';
import { filesOf, type JudgedFiles, usedPath } from '../../configuration/judge.ts';
import { Problems } from '../../core/problems.ts';
import { Scope } from '../../core/scope.ts';
import type { ComponentSpec, StackSpec } from '../../stacks/component.ts';
import { ownedEnvironment, ownerOf } from '../../stacks/runtimes/process/owner.ts';
import { runCheck } from '../../stacks/runtimes/process/run-check.ts';
import type { Redaction } from '../record/redaction.ts';
import { openTemporaryDirectory } from '../stack/open-receivers.ts';

/** The configuration of a stack, with the problems that its files alone show. */
export interface JudgedStack extends JudgedFiles {
  readonly stack: StackSpec;
  readonly written: WrittenFiles;
  /** Hides the secrets of the configuration in messages, also in those of tools. */
  readonly redaction: Redaction;
}

export interface Tools {
  /** The path of a binary; `undefined` if it does not exist. */
  path(binary: string): string | undefined;
  /** Environment variables that the tools inherit. */
  readonly env: Readonly<Record<string, string>>;
  readonly node: string;
  readonly signal: AbortSignal;
}

/**
 * Runs the components' own tools, as processes, on copies of a configuration. Files with known problems are left out,
 * because a tool stops at such a file and reports nothing about the others.
 *
 * @param problems receives the output of each tool that refuses its files.
 */
export async function checkByTools(
  { stack, written, used, faulty, redaction }: JudgedStack,
  { path, env, node, signal }: Tools,
  problems: Problems,
): Promise<void> {
  const valid = written.withTexts([...written].filter(([file]) => !faulty.has(file)));
  const components = stack.components.filter(
    (spec) => checkOf(spec).every((binary) => path(binary) !== undefined) && isWhole(spec, written, faulty),
  );
  if (components.length === 0) return;
  const owner = ownerOf('check', process.pid);
  await using scope = new Scope();
  const temporary = await openTemporaryDirectory(owner, { node, env, daemon: undefined }, scope);
  for (const spec of components) {
    for (const [file] of filesOf(spec, valid)) {
      const copy = join(temporary, usedPath(spec, file));
      await mkdir(dirname(copy), { recursive: true, mode: 0o700 });
      await writeFile(copy, used.get(usedPath(spec, file)) ?? '', { mode: 0o600 });
    }
  }
  const config = (component: string) => join(temporary, component);
  const runtime = {
    paths: (component: string) => ({ config: config(component), data: config(component) }),
    configOnHost: config,
    check: (_: ComponentSpec, binary: string, args: readonly string[]) =>
      runCheck(path(binary) ?? binary, args, ownedEnvironment(env, owner), signal),
  };
  const found = new Problems();
  await found.readSoon(checkConfig({ stack: { ...stack, components }, runtime, written: valid, signal }));
  problems.add(...redaction.hide(found.all));
}

/** Whether a component's tool can run without the faulty files: its main file is valid and names no other file. */
function isWhole(
  { config = '' }: ComponentSpec,
  written: WrittenFiles,
  faulty: ReadonlySet<string>,
): boolean {
  const main = mainOf(config);
  if (faulty.has(main)) return false;
  if (![...faulty].some((file) => folderOf(file) === folderOf(config))) return true;
  const { rule_files, templates } = written.yaml(main);
  return [...list(rule_files), ...list(templates)].every((pattern) => String(pattern).includes('*'));
}
