/* The full stack as it runs: what the shop does wrong is in Loki, Tempo and Prometheus, in both topologies. */
import { expect } from 'chai';
import pg from 'pg';
import { scaleDuration } from '../configuration/paced/configure.ts';
import { statusOf as status } from '../core/http.ts';
import { met, notYet, until } from '../core/poll.ts';
import { topologies } from '../core/scenario.ts';
import { Scope } from '../core/scope.ts';
import { prometheusFlags } from './components/prometheus.ts';
import { leftOf, type Traces, tracesOf } from './runtimes/process/testing/traces.ts';
import { binariesOf, stackOf } from './stacks.ts';
import { logLines, prometheusValues, spansOf, type TestSpan } from './testing/back-ends.ts';
import { type Started, startProcessStack } from './testing/running-stack.ts';
import { cacheDirOf } from './toolchain/cache-dir.ts';
import { builtTools } from './toolchain/testing/built-tools.ts';
import type { Binary, Toolchain } from './toolchain/toolchain.ts';

const { signal } = new AbortController();
const factor = 15;
const flags = {
  resendDelay: scaleDuration(prometheusFlags.resendDelay, factor),
  lookbackDelta: scaleDuration(prometheusFlags.lookbackDelta, factor),
};
const storefronts = ['storefront', 'storefront-2'];
const within = { where: 'test', withinMs: 40_000, everyMs: 250, signal };

describe('full stack', function () {
  this.timeout(120_000);
  let tools: Toolchain;

  before(async function () {
    // Building them, where they have not been built yet.
    this.timeout(3_600_000);
    const binaries = topologies.flatMap((topology) => binariesOf(stackOf('full', topology, flags)));
    tools = await builtTools([...new Set(binaries)] as Binary[], signal);
  });

  for (const topology of topologies) {
    describe(topology, () => {
      const scope = new Scope();
      let started: Started;
      let traces: Traces;

      before('start it, and break the search for monthly', async () => {
        const { PATH = '' } = process.env;
        const env = { PATH, NODE_COMPILE_CACHE: `${cacheDirOf(process.env)}/node-compile` };
        const spec = stackOf('full', topology, flags);
        started = await startProcessStack({ spec, factor, tools, scope, env, signal });
        traces = tracesOf(started.run);
        const { hostname: host, port } = new URL(started.stack.url('postgres', 5432));
        const client = new pg.Client({
          host,
          port: Number(port),
          user: 'shop',
          database: 'postgres',
          password: started.secret,
        });
        await client.connect();
        await client.query(
          'ALTER TABLE searches ALTER COLUMN transaction_type TYPE VARCHAR(5) USING left(transaction_type, 5)',
        );
        await client.end();
        for (const pod of storefronts) {
          expect(await statusOf(pod, '/search?type=rent')).to.equal(200);
          expect(await statusOf(pod, '/catalog')).to.equal(200);
          expect(await statusOf(pod, '/search?type=monthly')).to.equal(500);
        }
      });
      after('stop it, whatever happened', async () => void (await scope.close()));

      const statusOf = async (pod: string, path: string): Promise<number> => {
        const url = started.stack.url(pod, 3000) + path;
        return await status(url, 10_000, signal);
      };
      const lines = (query: string, tenant = 'dev') =>
        logLines(started.stack.url('loki', 3100), tenant, query, signal);
      const errors = '{service_name="orders"} | severity_text="error"';
      /** One error line for each storefront's failed search. */
      const errorLines = () =>
        until(
          'the error lines',
          async () => {
            const found = await lines(errors);
            return found.length === storefronts.length ? met(found) : notYet(`${found.length} error lines`);
          },
          within,
        );

      it('listens where it was planned to, and nowhere else', () => {
        const planned = new Set(
          started.stack.components.flatMap(({ spec }) => spec.ports.map((port) => `${spec.pod}:${port}`)),
        );
        expect(traces.listeners.size).to.equal(planned.size);
      });

      it('has each error in Loki, with its trace, for its tenant alone', async () => {
        for (const { line, labels } of await errorLines()) {
          expect(line).to.equal('unexpected error');
          expect(labels).to.include({ error_code: '22001', cluster: 'firedrill' });
          expect(labels.service_instance_id).to.equal('orders-1');
          expect(labels.trace_id).to.match(/^[0-9a-f]{32}$/);
          expect(labels.span_id).to.match(/^[0-9a-f]{16}$/);
        }
        expect(await lines('{service_name=~".+"}', 'other')).to.deep.equal([]);
      });

      it('has no line of what went well, and every other', async () => {
        await errorLines();
        const requests = await until(
          'the lines of the failed requests',
          async () => {
            const found = await lines('{service_name=~".+"} |= "request"');
            // Of each storefront and of orders.
            return found.length >= 2 * storefronts.length ? met(found) : notYet(`${found.length} lines`);
          },
          within,
        );
        expect(requests.map(({ labels }) => labels.status)).to.deep.equal(['500', '500', '500', '500']);
        expect(new Set(requests.map(({ labels }) => labels.service_instance_id))).to.deep.equal(
          new Set(['storefront-1', 'storefront-2', 'orders-1']),
        );
        expect(await lines('{service_name=~".+"} | status="200"')).to.deep.equal([]);
        // Lines that are not about a request are kept.
        expect((await lines('{service_name=~".+"} |= "started"')).length).to.equal(3);
      });

      it("has each error's trace in Tempo, from the storefront to the query that failed", async () => {
        const instances = new Set<string>();
        for (const { labels } of await errorLines()) {
          const tempo = started.stack.url('tempo', 3200);
          const spans = await until(
            'its trace',
            async () => {
              const found = await spansOf(tempo, labels.trace_id ?? '', signal);
              return found.some(isRoot) && found.some(isFailedQuery)
                ? met(found)
                : notYet(`${found.length} spans`);
            },
            within,
          );
          expect(spans.find(isRoot)).to.include({ service: 'storefront', name: 'GET /search' });
          expect(spans.find(isFailedQuery)).to.include({ service: 'orders', instance: 'orders-1' });
          instances.add(spans.find(isRoot)?.instance ?? '');
        }
        expect(instances).to.deep.equal(new Set(['storefront-1', 'storefront-2']));
      });

      it('has the metrics of every instance in Prometheus, by job and instance', async () => {
        const expected = ['orders orders-1', 'storefront storefront-1', 'storefront storefront-2'];
        const ask = (query: string) => prometheusValues(started.stack.url('prometheus', 9090), query, signal);
        const queries = {
          failed: 'otel_app_http_request_duration_milliseconds_count{http_response_status_code="500"} == 1',
          memory: 'otel_process_memory_usage_bytes > 0',
          processor: 'otel_process_cpu_utilization_ratio >= 0',
        };
        for (const [what, query] of Object.entries(queries)) {
          const wanted = what === 'failed' ? expected.slice(1) : expected;
          const found = await until(
            what,
            async () => {
              const series = (await ask(query)).map(({ job, instance }) => `${job} ${instance}`).sort();
              return series.length >= wanted.length ? met(series) : notYet(series.join(', '));
            },
            within,
          );
          expect(found, what).to.deep.equal(wanted);
        }
        const targets = (await ask('up == 1')).map(({ instance }) => instance).sort();
        const sidecars = ['orders-1', 'storefront-1', 'storefront-2'];
        expect(targets).to.deep.equal(topology === 'direct' ? ['gateway'] : sidecars);
      });

      it('loses nothing while it runs, and leaves nothing when it stops', async () => {
        expect(started.lost.map(String)).to.deep.equal([]);
        expect(await scope.close()).to.deep.equal([]);
        expect(leftOf(started.run, traces)).to.deep.equal([]);
      });
    });
  }
});

const isRoot = ({ parentId }: TestSpan): boolean => parentId === undefined;
const isFailedQuery = ({ name, status }: TestSpan): boolean =>
  name.startsWith('pg.query') && status === 'error';
