import { expect } from 'chai';
import type { CliCommand } from './testing/cli.ts';
import { drillOf, expectHeld } from './testing/example-hello.ts';
import { expectFailed } from './testing/expect-outcome.ts';
import { grafanaFiles } from './testing/grafana-files.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';

/** A service that writes a line of JSON to a file for each request: an error for one that failed. */
const service = `
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
const [host, port, file] = process.argv.slice(2);
let failing = false;
createServer((request, response) => {
  if (request.url === '/ready') return response.end();
  if (request.url === '/fail') { failing = request.method === 'PUT'; return response.end(); }
  const [level, msg] = failing ? ['error', 'no stock'] : ['info', 'greeted'];
  const line = { level, msg, trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) };
  appendFileSync(file, JSON.stringify(line) + '\\n');
  response.writeHead(failing ? 500 : 200).end();
}).listen(Number(port), host);
`;

/**
 * A system with that service, and an alert of Grafana on the lines of its log file.
 *
 * @param file where the service writes; the Collector tails `{data}/web.log`.
 */
async function drillOfLogs(file: string): Promise<CliCommand> {
  const { files = {} } = await drillOf('web-down');
  const {
    'monitoring/prometheus/rules/web.yml': _,
    'monitoring/alertmanager/alertmanager.yml': __,
    ...kept
  } = files;
  const system = {
    name: 'logs',
    services: {
      web: {
        command: ['node', 'web.mjs', '{host}', '{port:8080}', file],
        ports: [8080],
        instances: 2,
        ready: { http: '/ready' },
        logs: ['{data}/web.log'],
      },
    },
    journeys: { greet: { service: 'web', path: '/' } },
    runbooks: { links: 'https://wiki.example/runbooks/', folder: 'runbooks' },
  };
  const each = (method: string) => ({ method, pod: 'web', port: 8080, path: '/fail' });
  const scenario = {
    name: 'web-logs',
    title: 'Every request to one instance fails',
    summary: 'web logs an error for each request; the alert on these lines must page',
    load: { rates: { greet: 8 }, warmUp: '2m' },
    quietFor: '1m',
    fault: {
      kind: 'http-call',
      params: { breaks: 'web answers 500', inject: each('PUT'), revert: each('DELETE') },
      hits: { journey: 'greet', status: [500] },
      telemetry: { signal: 'log', query: '{service_name="web"} | severity_text="ERROR" |= "no stock"' },
      atLeast: 5,
    },
    expectations: [
      {
        kind: 'page',
        alert: 'ErrorsLogged',
        receiver: 'slack',
        within: '10m',
        labels: { severity: 'page', team: 'web' },
        resolvedWithin: '15m',
      },
    ],
    settleFor: '1m',
  };
  return {
    args: ['{dir}/scenarios/web-logs.json'],
    files: {
      ...kept,
      'firedrill.yaml': JSON.stringify(system),
      'web.mjs': service,
      'scenarios/web-logs.json': JSON.stringify(scenario),
      'monitoring/prometheus/prometheus.yml': 'global: { scrape_interval: 15s }\n',
      ...grafanaFiles({
        alert: 'ErrorsLogged',
        source: {
          ...{ uid: 'loki', type: 'loki', url: 'http://loki:3100' },
          jsonData: { httpHeaderName1: 'X-Scope-OrgID' },
          secureJsonData: { httpHeaderValue1: 'dev' },
        },
        query: 'sum(rate({service_name="web"} | severity_text="ERROR" [1m]))',
        threshold: 0.5,
        runbook: 'https://wiki.example/runbooks/web/orders-fail',
      }),
    },
  };
}

describe('a drill of a system whose services write log files', () => {
  const command = overlappingCommands('full');

  command(
    'holds where an alert on the lines pages',
    () => drillOfLogs('{data}/web.log'),
    (ended) => {
      expectHeld(ended);
      const files = ended.kept?.record.evidence?.logFiles ?? [];
      expect(files.map(({ instance, file, isThere }) => ({ instance, file, isThere }))).to.deep.equal(
        ['web', 'web-2'].map((instance) => ({ instance, file: '{data}/web.log', isThere: true })),
      );
      for (const { lines, instance } of files) expect(lines, instance).to.be.greaterThan(10);
    },
  );

  command(
    'fails where nothing of the files arrives, and says so',
    () => drillOfLogs('{data}/wbe.log'),
    (ended) => {
      const failed = expectFailed(
        ended,
        ...['arrives', 'labels', 'says', 'runbook', 'stays', 'resolved'].map(
          (id) => `ErrorsLogged@slack/${id}`,
        ),
      );
      const { autopsy } = failed.get('ErrorsLogged@slack/arrives') ?? expect.fail();
      expect(autopsy).to.include({ hop: 'sample stored', cause: 'no line of a log file arrived' });
      expect(autopsy?.evidence).to.deep.equal(
        ['web', 'web-2'].map(
          (instance) =>
            `nothing of {data}/web.log of ${instance} arrived: there is no such file, or it cannot be read`,
        ),
      );
    },
  );
});
