import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Scope } from '../../../../core/scope.ts';
import type { ComponentSpec } from '../../../component.ts';
import type { PreparedComponent } from '../../runtime.ts';
import { type Owner, ownerOf, temporaryDirectory } from '../owner.ts';
import { ProcessRuntime } from '../process-runtime.ts';
import type { ProcessRuntimeOptions } from '../process-runtime-options.ts';
import { leftOf, tracesOf } from './traces.ts';

/** A component that runs a line of JavaScript, and is ready when its port answers. */
export const component = (name: string, more: Partial<ComponentSpec> = {}): ComponentSpec => ({
  name,
  pod: name,
  program: { kind: 'binary', binary: 'node' },
  args: [],
  env: {},
  ports: [80],
  ready: { kind: 'http', port: 80, path: '/ready' },
  after: [],
  ...more,
});

export const postgres = component('postgres', {
  program: { kind: 'postgres', user: 'shop' },
  ports: [5432],
  ready: { kind: 'log', port: 5432, line: 'database system is ready to accept connections' },
});

/** A runtime with directories of its own, for components that are a line of JavaScript each. */
export class TinyStack {
  readonly run = `test-${randomBytes(6).toString('hex')}`;
  readonly owner: Owner = ownerOf(this.run, process.pid);
  readonly scope = new Scope();
  readonly lost: Error[] = [];
  readonly directory: string;
  readonly runtime: ProcessRuntime;

  private constructor(directory: string, options: Partial<ProcessRuntimeOptions>) {
    this.directory = directory;
    this.runtime = new ProcessRuntime({
      owner: this.owner,
      runDirectory: directory,
      projectDirectory: directory,
      scope: this.scope,
      binary: () => process.execPath,
      home: (binary) => `/home/of/${binary}`,
      node: process.execPath,
      env: { TEST: 'inherited' },
      fixedPorts: new Map(),
      onLost: (error) => this.lost.push(error),
      graceMs: 300,
      ...options,
    });
  }

  static async of(
    components: readonly ComponentSpec[],
    options: Partial<ProcessRuntimeOptions> = {},
  ): Promise<TinyStack> {
    const directory = await mkdtemp(join(tmpdir(), 'tiny-stack-'));
    const stack = new TinyStack(directory, options);
    stack.scope.defer('remove the run', () => rm(directory, { recursive: true }));
    await mkdir(join(directory, 'logs'));
    const temporary = temporaryDirectory(stack.owner);
    stack.scope.defer('remove temporary files', () => rm(temporary, { recursive: true, force: true }));
    await mkdir(temporary, { mode: 0o711 });
    await stack.runtime.plan({ name: 'tiny', topology: 'direct', config: [], components });
    return stack;
  }

  /** The component with its code, and its own address as HOST and PORT. */
  prepared(spec: ComponentSpec, code = '', env: Record<string, string> = {}): PreparedComponent {
    const [HOST = '', PORT = ''] = this.runtime.listenAddress(spec.pod, spec.ready.port).split(':');
    const isNode = spec.program.kind === 'binary';
    return { spec, args: isNode ? ['-e', code] : [], env: { ...env, HOST, PORT } };
  }

  log = async (name: string): Promise<string> =>
    await readFile(join(this.directory, 'logs', `${name}.log`), 'utf8');
}

/** Code of a component that answers on its port. */
export const serving =
  'require("node:http").createServer((_, answer) => answer.end()).listen(process.env.PORT, process.env.HOST);';

/** For a suite: makes stacks. Whatever a test did, its stacks can be stopped, and nothing of them is left. */
export function tinyStacks(): typeof TinyStack.of {
  const stacks: TinyStack[] = [];
  afterEach('nothing is left', async () => {
    for (const { run, scope } of stacks.splice(0)) {
      const traces = tracesOf(run);
      expect(await scope.close()).to.deep.equal([]);
      expect(leftOf(run, traces)).to.deep.equal([]);
    }
  });
  return async (components, options) => {
    const stack = await TinyStack.of(components, options);
    stacks.push(stack);
    return stack;
  };
}
