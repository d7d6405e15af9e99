import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { badInput, distinctProblems, FiredrillError, type Problem } from '../core/errors.ts';
import type { ComponentSpec } from '../stacks/component.ts';
import type { PreparedComponent } from '../stacks/runtimes/runtime.ts';
import { checkGrafana } from './checked/check-grafana.ts';
import { confine } from './confined/confine.ts';
import { folderOf } from './files/config-files.ts';
import { UsedFiles } from './files/files.ts';
import { fillIn, hostOf } from './fill-in.ts';
import { configure } from './paced/configure.ts';
import { parseEnv } from './paced/configure-env.ts';
import { fillVariables } from './paced/fill-variables.ts';
import { withObservers } from './paced/observers.ts';
import { languagesIn } from './paced/query-language.ts';
import { addressRewriterFor, loopbackRewriterFor } from './paced/rewrite-addresses.ts';
import type { PrepareOptions } from './prepare-options.ts';

export interface PreparedStack {
  readonly components: readonly PreparedComponent[];
  readonly files: UsedFiles;
  /** Hash of each file as used, for the record. */
  readonly configuration: readonly { file: string; sha256: string }[];
}

/**
 * Writes each component's configuration, as this run uses it, into its directory, and fills in arguments
 * and environment.
 *
 * @throws FiredrillError `bad-input` with every fault of every file.
 */
export async function prepareStack(options: PrepareOptions): Promise<PreparedStack> {
  const problems: Problem[] = [];
  const configuration: { file: string; sha256: string }[] = [];
  const components: PreparedComponent[] = [];
  const prepared = new UsedFiles();
  const { stack, runtime, factor, origins, observer } = options;
  const files = fillVariables(options.files);
  const languages = languagesIn(files);
  for (const spec of stack.components) {
    const rewriteAddresses = addressRewriterFor(spec, stack, runtime, origins);
    const judged = loopbackRewriterFor(spec, stack, origins);
    const host = hostOf(runtime.listenAddress(spec.pod, spec.ready.port));
    const config = runtime.configOnHost(spec.name);
    const used = new UsedFiles();
    const faults: Problem[] = [];
    for (const [path, text] of files) {
      if (!reads(spec, path)) continue;
      try {
        used.set(path, configure(path, text, factor, rewriteAddresses, host, languages));
        problems.push(...confine(path, configure(path, text, factor, judged, undefined, languages)));
      } catch (error) {
        if (!(error instanceof FiredrillError)) throw error;
        faults.push(...error.problems);
      }
    }
    const shared: Record<string, string> = {};
    for (const [path, text] of observer === undefined ? used : withObservers(used, observer)) {
      const own = path.slice(folderOf(path).length + 1);
      await mkdir(dirname(join(config, own)), { recursive: true, mode: 0o700 });
      // It may hold secrets; containers get copies that their users can read.
      await writeFile(join(config, own), text, { mode: 0o600 });
      const file = `${spec.name}/${own}`;
      prepared.set(file, text);
      configuration.push({
        file,
        sha256: createHash('sha256').update(text).digest('hex'),
      });
      if (!path.endsWith('.env')) continue;
      const variables = parseEnv(text);
      faults.push(...overridden(path, variables, spec.env));
      Object.assign(shared, variables);
    }
    // A file that could not be read would be missed by the others.
    if (faults.length === 0) faults.push(...checkGrafana(used));
    problems.push(...faults);
    const fill = (text: string) => fillIn(rewriteAddresses(text), spec, options);
    components.push({
      spec,
      args: spec.args.map(fill),
      env: {
        ...shared,
        ...Object.fromEntries(
          Object.entries(spec.env).map(([key, text]) => [key, joined(key, shared[key], fill(text))]),
        ),
      },
    });
  }
  // Sidecars share a file: its faults are told once.
  if (problems.length > 0) throw badInput(...distinctProblems(problems));
  return { components, files: prepared, configuration };
}

const attributes = 'OTEL_RESOURCE_ATTRIBUTES';

/** A component's own value; its resource attributes join those of the file, and win over them. */
const joined = (key: string, shared: string | undefined, own: string): string =>
  key === attributes && shared ? `${shared},${own}` : own;

/** Variables of an environment file that a component sets itself. */
const overridden = (
  path: string,
  variables: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Problem[] =>
  Object.keys(variables)
    .filter((key) => key in own && key !== attributes)
    .map((key) => ({
      where: `${path}: ${key}`,
      message: 'each service of the stack has a value of its own, and this one would be passed over',
      hint: 'leave it out of the configuration for drills',
    }));

/** Whether a component reads a file: its folder, or exactly this file. */
const reads = ({ config }: ComponentSpec, path: string): boolean =>
  config !== undefined && (path === config || path.startsWith(`${config}/`));
