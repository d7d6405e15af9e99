/**
 * Runs one revision of the payments service, and replaces it by another one while requests go on: a rolling update. The
 * new process takes requests before the old one stops, as with a Deployment of Kubernetes. This process passes
 * connections on and sends no telemetry itself.
 *
 * PUT /admin/revision {revision} runs another revision. PUT /admin/revisions/<revision> {failShare, seed} publishes one
 * that can be run then: a faulty one if failShare, the share of the payments that it fails, is above 0.
 */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { randomSeed } from '../../../../core/seeded-random.ts';
import { parseSettings } from '../shared/admin-settings.ts';
import { readConfig, readListen } from '../shared/config.ts';
import { HttpFailure } from '../shared/failure.ts';
import { runService } from '../shared/service.ts';

/** How long a process may take to serve on a busy machine, and to finish its requests and its last export. Milliseconds. */
const startWithinMs = 60_000;
const stopWithinMs = 4_000;
/** How long a replaced process answers on connections that are kept alive, each time for the last time. Milliseconds. */
const drainMs = 1_000;

interface Defect {
  /** Share of the payments that fail, 0 to 1. */
  readonly failShare: number;
  readonly seed: number;
}

await runService('payments', (log) => {
  const { adminPort, listen, revisions } = readConfig(process.env, (from) => ({
    listen: readListen(from),
    adminPort: from.port('ADMIN_PORT'),
    revisions: from.text('REVISIONS', '1.0.0').split(','),
  }));
  const published = new Map<string, Defect>(revisions.map((name) => [name, { failShare: 0, seed: 0 }]));
  cluster.setupPrimary({
    exec: new URL('./service.ts', import.meta.url).pathname,
    execArgv: [`--import=${new URL('../shared/telemetry.ts', import.meta.url).href}`],
  });
  let current: { readonly revision: string; readonly worker: Worker } | undefined;
  let started = 0;
  let changing: Promise<unknown> = Promise.resolve();

  async function start(revision: string, { failShare, seed }: Defect): Promise<Worker> {
    started += 1;
    const worker = cluster.fork({
      OTEL_SDK_DISABLED: 'false',
      // An instance of its own, as each pod is: the counters of two processes are not one counter.
      OTEL_RESOURCE_ATTRIBUTES: [
        process.env.OTEL_RESOURCE_ATTRIBUTES,
        `service.instance.id=payments-${started}`,
        `service.version=${revision}`,
      ]
        .filter(Boolean)
        .join(','),
      FAIL_SHARE: String(failShare),
      FAIL_SEED: String(seed),
    });
    const late = AbortSignal.timeout(startWithinMs);
    const ended = once(worker, 'exit', { signal: late }).then(() => {
      throw new Error(`revision ${revision} ended while it started`);
    });
    try {
      await Promise.race([once(worker, 'listening', { signal: late }), ended]);
    } catch (error) {
      worker.process.kill('SIGKILL');
      throw error;
    }
    ended.catch(() => {});
    worker.once('exit', (code) => {
      // Code 0: it was told to stop.
      if (current?.worker !== worker || code === 0) return;
      log.fatal({ revision, code }, 'the running revision ended by itself');
      process.exit(1);
    });
    return worker;
  }

  async function run(revision: string): Promise<void> {
    const defect = published.get(revision);
    if (!defect) throw new HttpFailure(404, 'revision_unknown');
    const before = current;
    current = { revision, worker: await start(revision, defect) };
    log.info({ revision }, 'runs');
    if (!before) return;
    before.worker.send('drain');
    await sleep(drainMs);
    await stop(before.worker);
  }

  /** One after the other. */
  const change = (work: () => Promise<void>): Promise<void> => {
    const next = changing.then(work);
    changing = next.catch(() => {});
    return next;
  };

  return {
    listen: { host: listen.host, port: adminPort },
    prepare: () => change(() => run(revisions.at(-1) ?? '')),
    routes: (app) =>
      registerAdmin(
        app,
        published,
        () => current?.revision,
        (revision) => change(() => run(revision)),
      ),
    close: () =>
      change(async () => {
        const last = current;
        current = undefined;
        if (last) await stop(last.worker);
      }),
  };
});

/** Lets it finish its requests and send its last telemetry. */
async function stop(worker: Worker): Promise<void> {
  const timer = setTimeout(() => worker.process.kill('SIGKILL'), stopWithinMs);
  const exited = worker.isDead() ? undefined : once(worker, 'exit');
  worker.process.kill('SIGTERM');
  await exited;
  clearTimeout(timer);
}

function registerAdmin(
  app: FastifyInstance,
  published: Map<string, Defect>,
  running: () => string | undefined,
  run: (revision: string) => Promise<void>,
): void {
  const state = () => ({ revision: running(), published: [...published.keys()] });
  app.get('/admin/revision', async () => state());
  app.put<{ Body: { revision: string } }>(
    '/admin/revision',
    {
      schema: {
        body: { type: 'object', required: ['revision'], properties: { revision: { type: 'string' } } },
      },
    },
    async (request) => {
      await run(request.body.revision);
      return state();
    },
  );
  app.put<{ Params: { revision: string }; Body: { seed?: number } }>(
    '/admin/revisions/:revision',
    async (request, reply) => {
      const { seed = randomSeed(), ...rest } = request.body ?? {};
      const wanted = parseSettings(rest, { failShare: 1 });
      if ('faults' in wanted) return reply.code(400).send({ error: 'bad_request', faults: wanted.faults });
      published.set(request.params.revision, { ...wanted, seed });
      return state();
    },
  );
}
