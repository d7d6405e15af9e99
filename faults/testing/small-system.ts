import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfigFiles } from '../../configuration/config-files.ts';
import { prepareStack } from '../../configuration/prepare.ts';
import { within } from '../../core/path.ts';
import type { Scope } from '../../core/scope.ts';
import { parseSystem } from '../../core/system.ts';
import { faultContext } from '../../harness/phases/fault-context.ts';
import { isService } from '../../stacks/component.ts';
import { postgres } from '../../stacks/components/postgres.ts';
import { ownerOf, temporaryDirectory } from '../../stacks/runtimes/process/owner.ts';
import { ProcessRuntime } from '../../stacks/runtimes/process/process-runtime.ts';
import { startStack } from '../../stacks/start.ts';
import { systemStack } from '../../stacks/system-stack.ts';
import { nobody, noProxy, project } from '../../stacks/testing/running-stack.ts';
import { builtTools } from '../../stacks/toolchain/testing/built-tools.ts';
import type { Binary } from '../../stacks/toolchain/toolchain.ts';
import type { FaultContext } from '../fault.ts';

/** Each service of the system: what a fault does to it shows in its answers. */
const service = `
import { readFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { connect } from 'node:net';
const [host, port] = process.argv.slice(2);
let fails = false;
let limit = readFileSync('conf/limit', 'utf8');
process.on('SIGHUP', () => { limit = readFileSync('conf/limit', 'utf8'); });
const agent = new Agent({ keepAlive: true, maxFreeSockets: 0 });
const ask = (url) => new Promise((done) => {
  const from = performance.now();
  const ended = (seen) => done({ ...seen, tookMs: performance.now() - from });
  const asked = request(url, { agent, timeout: 1_500 }, (response) => {
    let length = 0;
    response.on('data', (chunk) => { length += chunk.length; });
    response.on('error', () => ended({ status: response.statusCode, error: 'cut', length }));
    response.on('end', () => ended({ status: response.statusCode, length }));
  });
  asked.on('timeout', () => asked.destroy(Object.assign(new Error(), { code: 'TIMEOUT' })));
  asked.on('error', ({ code }) => ended({ error: code }));
  asked.end();
});
/** Until the other side has closed the connection. */
const askUntilClosed = (url) => new Promise((done) => {
  const { hostname, port, pathname } = new URL(url);
  const from = performance.now();
  const socket = connect(Number(port), hostname, () =>
    socket.write('GET ' + pathname + ' HTTP/1.1\\r\\nHost: stock\\r\\nConnection: close\\r\\n\\r\\n'));
  socket.resume();
  socket.on('error', ({ code }) => done({ error: code, tookMs: performance.now() - from }));
  socket.on('end', () => done({ tookMs: performance.now() - from }));
});
const answers = {
  '/ready': () => 'ready',
  '/pid': () => String(process.pid),
  '/limit': () => limit,
  '/body': () => 'x'.repeat(20_000),
};
createServer(async (asked, response) => {
  const { pathname, searchParams } = new URL(asked.url, 'http://here');
  if (pathname === '/fail') { fails = asked.method === 'PUT'; return response.end(); }
  if (pathname === '/stock') {
    const one = searchParams.has('closed') ? askUntilClosed : ask;
    return response.end(JSON.stringify(await one(process.env[searchParams.get('by')] + '/body')));
  }
  response.writeHead(fails && pathname !== '/ready' ? 500 : 200).end(answers[pathname]?.());
}).listen(Number(port), host);
process.on('SIGTERM', () => process.exit(0));
`;

/** What `web` sees of a request to `stock`. */
export interface SeenOfStock {
  readonly status?: number;
  readonly error?: string;
  readonly length?: number;
  readonly tookMs: number;
}

/** A system that is not the project's shop, without monitoring, on the process runtime. */
export interface SmallSystem {
  /** Its folder. */
  readonly folder: string;
  readonly context: FaultContext;
  /** Requests a path of a pod; status 0 means no response within 2 s. */
  get(pod: string, path: string): Promise<{ readonly status: number; readonly text: string }>;
  /**
   * What `web` sees of a request to `stock`: by a link of HTTP (`STOCK_URL`), by one of TCP (`STOCK_TCP`), or past both.
   *
   * @param closed whether it waits for `stock` to close the connection.
   */
  stock(by: 'STOCK_URL' | 'STOCK_TCP' | 'STOCK_DIRECT', closed?: boolean): Promise<SeenOfStock>;
}

/** Starts two instances of `web`, which ask `stock`, the proxies of their links, and a Postgres. */
export async function startSmallSystem(scope: Scope, signal: AbortSignal): Promise<SmallSystem> {
  const folder = await mkdtemp(join(tmpdir(), 'small-system-'));
  scope.defer('remove the system', () => rm(folder, { recursive: true, force: true }));
  await Promise.all(['conf', 'logs'].map((name) => mkdir(join(folder, name))));
  await writeFile(join(folder, 'service.mjs'), service);
  await writeFile(join(folder, 'conf', 'limit'), 'ten');
  await writeFile(join(folder, 'conf', 'wrong'), 'none');
  const one = (port: number) => ({
    command: [process.execPath, 'service.mjs', '{host}', `{port:${port}}`],
    ports: [port],
    ready: { http: '/ready' },
  });
  const stock = 'http://stock:9000';
  const system = parseSystem(
    {
      name: 'small',
      services: {
        stock: one(9000),
        web: {
          ...one(8080),
          instances: 2,
          env: { STOCK_URL: stock, STOCK_TCP: stock, STOCK_DIRECT: stock },
          after: ['stock'],
        },
      },
      links: {
        http: { from: 'web', variable: 'STOCK_URL', protocol: 'http' },
        tcp: { from: 'web', variable: 'STOCK_TCP' },
      },
      journeys: {},
    },
    join(folder, 'firedrill.yaml'),
    within('small'),
  );
  const whole = systemStack(system, { receivesWrites: false, resendDelay: '1m', lookbackDelta: '5m' });
  const proxies = ['toxiproxy', 'link-proxy'];
  const stack = {
    ...whole,
    components: [
      ...whole.components.filter((spec) => isService(spec) || proxies.includes(spec.name)),
      postgres,
    ],
  };
  const tools = await builtTools(['toxiproxy-server'], signal);
  const owner = ownerOf(`small-${folder.slice(-6)}`, process.pid);
  const temporary = temporaryDirectory(owner);
  scope.defer('remove temporary files', () => rm(temporary, { recursive: true, force: true, maxRetries: 5 }));
  await mkdir(temporary);
  await chmod(temporary, 0o711);
  const runtime = new ProcessRuntime({
    owner,
    runDirectory: folder,
    projectDirectory: project,
    scope,
    binary: (name) => tools.path(name as Binary),
    home: () => '',
    node: process.execPath,
    env: {},
    fixedPorts: new Map(),
    onLost: (error) => {
      throw error;
    },
  });
  await runtime.plan(stack);
  const files = await readConfigFiles([], undefined, stack.made);
  const prepared = await prepareStack({ stack, runtime, files, factor: 1, origins: nobody, proxy: noProxy });
  const { components, url } = await startStack({ prepared, runtime, signal, onReady: () => {} });
  const load = { multiply: () => Promise.reject(new Error('there is no load')) };
  const settings = { seed: 7, directory: folder, env: { PATH: process.env.PATH ?? '' } };
  const context = faultContext({ components, url, runtime, owner }, load, settings, signal);
  const get = async (pod: string, path: string) => {
    const port = pod === 'stock' ? 9000 : 8080;
    try {
      const response = await fetch(`${url(pod, port)}${path}`, { signal: AbortSignal.timeout(2_000) });
      return { status: response.status, text: await response.text() };
    } catch {
      return { status: 0, text: '' };
    }
  };
  return {
    folder,
    context,
    get,
    stock: async (by, closed = false) =>
      JSON.parse((await get('web', `/stock?by=${by}${closed ? '&closed' : ''}`)).text) as SeenOfStock,
  };
}
