import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Scope } from '../../../../core/scope.ts';
import type { ComponentSpec } from '../../../component.ts';
import { type Owner, ownerOf } from '../../process/owner.ts';
import type { PreparedComponent, RunningComponent } from '../../runtime.ts';
import { DockerRuntime } from '../docker-runtime.ts';
import type { DockerRuntimeOptions } from '../options.ts';
import { ensureNodeImage, nodeImage } from './node-image.ts';

/** A component that runs a line of JavaScript on port 8000, or another, and is ready when that answers. */
export const component = (
  name: string,
  { pod = name, port = 8000, ...more }: Partial<ComponentSpec> & { port?: number } = {},
): ComponentSpec => ({
  name,
  pod,
  program: { kind: 'binary', binary: 'node' },
  args: [],
  env: {},
  ports: [port],
  ready: { kind: 'http', port, path: '/ready' },
  image: { reference: 'made by the test', ...nodeImage },
  after: [],
  ...more,
});

/** Answers what it is asked to evaluate, as JSON; the body of the answer may be awaited. */
export const serving = `
  process.on('SIGTERM', () => process.exit(0));
  require('node:http').createServer((request, answer) => {
    const code = decodeURIComponent(request.url.slice(1));
    Promise.resolve().then(() => code === 'ready' ? '' : eval(code))
      .catch((error) => ({ failed: String(error.cause ?? error) }))
      .then((result) => answer.end(JSON.stringify(result ?? null)));
  }).listen(process.env.PORT, process.env.HOST, () => console.log('started'));`;

export const askFor = (address: string): string =>
  `fetch('http://${address}/%22here%22', { signal: AbortSignal.timeout(1000) }).then((answer) => answer.json())`;

/** A runtime with directories of its own, for components that are a line of JavaScript each. */
export class DockerStack {
  readonly run = `test-${randomBytes(6).toString('hex')}`;
  readonly owner: Owner = ownerOf(this.run, process.pid);
  readonly scope = new Scope();
  readonly lost: Error[] = [];
  readonly directory: string;
  readonly runtime: DockerRuntime;

  private constructor(directory: string, options: DockerRuntimeOptions) {
    this.directory = directory;
    this.runtime = new DockerRuntime({
      ...options,
      owner: this.owner,
      runDirectory: directory,
      scope: this.scope,
      onLost: (error) => this.lost.push(error),
    });
  }

  /** One whose pods start. */
  static async of(...options: Parameters<typeof DockerStack.make>): Promise<DockerStack> {
    const stack = await DockerStack.make(...options);
    await stack.plan(options[0]);
    return stack;
  }

  static async make(
    components: readonly ComponentSpec[],
    options: Partial<DockerRuntimeOptions> = {},
  ): Promise<DockerStack> {
    const reference = await ensureNodeImage();
    const directory = await mkdtemp(join(tmpdir(), 'docker-stack-'));
    const image = { reference, source: 'local' as const };
    const idle = ['/bin/node', '-e', 'setInterval(() => {}, 1000000)'];
    const stack = new DockerStack(directory, {
      images: new Map(components.map(({ name }) => [name, image])),
      holder: { ...image, entrypoint: idle },
      fixedPorts: new Map(),
      graceMs: 300,
      ...options,
    } as DockerRuntimeOptions);
    stack.scope.defer('remove the run', () => rm(directory, { recursive: true }));
    await mkdir(join(directory, 'logs'));
    return stack;
  }

  async plan(components: readonly ComponentSpec[]): Promise<void> {
    await this.runtime.plan({ name: 'tiny', topology: 'direct', config: [], components });
  }

  async start(spec: ComponentSpec, signal: AbortSignal, code = serving): Promise<RunningComponent> {
    return await this.runtime.start(this.prepared(spec, code), signal);
  }

  /** The component with its code, and where it listens as HOST and PORT. */
  prepared(spec: ComponentSpec, code: string): PreparedComponent {
    const [HOST = '', PORT = ''] = this.runtime.listenAddress(spec.pod, spec.ready.port).split(':');
    return { spec, args: ['-e', code], env: { HOST, PORT, DATA: this.runtime.paths(spec.name).data } };
  }

  /** What a component that serves makes of a line of JavaScript. */
  async evaluate({ pod, ready }: ComponentSpec, code: string): Promise<unknown> {
    const url = `http://${this.runtime.reach(pod, ready.port)}/${encodeURIComponent(code)}`;
    return await (await fetch(url, { signal: AbortSignal.timeout(2_000) })).json();
  }

  async configure(component: string, file: string, text: string): Promise<void> {
    const path = join(this.runtime.configOnHost(component), file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { mode: 0o600 });
  }

  log = async (name: string): Promise<string> =>
    await readFile(join(this.directory, 'logs', `${name}.log`), 'utf8');
}
