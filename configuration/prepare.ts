import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { badInput } from '../core/errors.ts';
import { Problems } from '../core/problems.ts';
import type { PreparedComponent } from '../stacks/runtimes/runtime.ts';
import { UsedFiles } from './files/files.ts';
import { fillIn, hostOf } from './fill-in.ts';
import { attributes, filesOf, judgeFiles, usedPath } from './judge.ts';
import { configure } from './paced/configure.ts';
import { parseEnv } from './paced/configure-env.ts';
import { fillVariables } from './paced/fill-variables.ts';
import { withObservers } from './paced/observers.ts';
import { languagesIn } from './paced/query-language.ts';
import { addressRewriterFor, webhookTargets } from './paced/rewrite-addresses.ts';
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
  const configuration: { file: string; sha256: string }[] = [];
  const components: PreparedComponent[] = [];
  const prepared = new UsedFiles();
  const { stack, runtime, factor, outOfOrderMs, origins, observer } = options;
  if (options.judged !== true) {
    const { problems } = judgeFiles(stack, options.files, factor, origins);
    if (problems.length > 0) throw badInput(...problems);
  }
  const files = fillVariables(options.files);
  const paced = {
    factor,
    languages: languagesIn(files),
    webhooks: webhookTargets(stack),
    ...(outOfOrderMs === undefined ? {} : { outOfOrderMs }),
  };
  for (const spec of stack.components) {
    const rewriteAddresses = addressRewriterFor(spec, stack, runtime, origins);
    const listenHost = hostOf(runtime.listenAddress(spec.pod, spec.ready.port));
    const config = runtime.configOnHost(spec.name);
    const used = new UsedFiles();
    const faults = new Problems();
    for (const [path, text] of filesOf(spec, files)) {
      const source = { path, text, place: options.files.place(path) };
      const own = configure(source, { ...paced, rewriteAddresses, listenHost }, faults);
      if (own !== undefined) used.set(path, own);
    }
    faults.refuse();
    const shared: Record<string, string> = {};
    for (const [path, text] of observer === undefined ? used : withObservers(used, observer)) {
      const file = usedPath(spec, path);
      const place = join(config, file.slice(spec.name.length + 1));
      await mkdir(dirname(place), { recursive: true, mode: 0o700 });
      // It may hold secrets; containers get copies that their users can read.
      await writeFile(place, text, { mode: 0o600 });
      prepared.set(file, text);
      configuration.push({
        file,
        sha256: createHash('sha256').update(text).digest('hex'),
      });
      if (path.endsWith('.env')) Object.assign(shared, parseEnv(text));
    }
    const fill = (text: string) => fillIn(rewriteAddresses(text), spec, options);
    const fillVariable = (text: string) => fillIn(rewriteAddresses(text), spec, options, true);
    const { ready } = spec;
    components.push({
      spec:
        ready.kind === 'command' ? { ...spec, ready: { ...ready, command: ready.command.map(fill) } } : spec,
      args: spec.args.map(fill),
      env: {
        ...shared,
        ...Object.fromEntries(
          Object.entries(spec.env).map(([key, text]) => [key, joined(key, shared[key], fillVariable(text))]),
        ),
      },
    });
  }
  return { components, files: prepared, configuration };
}

/** A component's own value; its resource attributes join those of the file, and win over them. */
const joined = (key: string, shared: string | undefined, own: string): string =>
  key === attributes && shared ? `${shared},${own}` : own;
