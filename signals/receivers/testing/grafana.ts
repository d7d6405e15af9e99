import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { met, notYet, until } from '../../../core/poll.ts';
import type { Scope } from '../../../core/scope.ts';

/** A Grafana of one's own, for tests. */
export interface TestGrafana {
  readonly url: string;
  /** Of the user `admin`. */
  readonly password: string;
  /** Calls its API as administrator. */
  api(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
}

export interface GrafanaOptions {
  /** Program and home folder (with `conf/` and `public/`). */
  readonly binary: string;
  readonly home: string;
  /** Content of the one file in `provisioning/alerting`. */
  readonly alerting: object;
  /** What its environment has besides, for the proxy. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a real Grafana on a free port, until the scope closes; ready when its policy is in force. */
export async function startGrafana(options: GrafanaOptions, scope: Scope): Promise<TestGrafana> {
  const { binary, home, alerting, env } = options;
  const dir = await mkdtemp(join(tmpdir(), 'firedrill-grafana-'));
  scope.defer('folder', () => rm(dir, { recursive: true }));
  await mkdir(join(dir, 'provisioning', 'alerting'), { recursive: true });
  // JSON is YAML.
  await writeFile(join(dir, 'provisioning', 'alerting', 'alerting.yaml'), JSON.stringify(alerting));
  const password = randomBytes(12).toString('hex');
  const child = spawn(binary, ['server', '--homepath', home], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { HOME: dir, ...settings(dir, password), ...env },
  });
  scope.defer('grafana', async () => {
    const gone = child.exitCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGKILL');
    await gone;
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      log += chunk;
    });
  }
  const wait = { where: 'grafana', withinMs: 60_000, signal: new AbortController().signal };
  const url = await until(
    'its port and health',
    async () => {
      const address = /HTTP Server Listen.*? address=(\S+)/.exec(log)?.[1];
      if (!address) return notYet(log.slice(-2000));
      const { status } = await fetch(`http://${address}/api/health`);
      return status === 200 ? met(`http://${address}`) : notYet(`status ${status}`);
    },
    wait,
  );
  const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
  const api: TestGrafana['api'] = async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      // Without provenance, so that what one call made another may change.
      headers: { authorization, 'content-type': 'application/json', 'x-disable-provenance': 'true' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  await until(
    'the provisioned policy in its Alertmanager',
    async () => {
      // Of the running Alertmanager, which takes the configuration up some time after its API shows it.
      const { body } = await api('GET', '/api/alertmanager/grafana/config/api/v1/receivers');
      const used = Array.isArray(body) && body.some(({ name, active }) => name === 'all' && active);
      return used ? met(true) : notYet(JSON.stringify(body));
    },
    wait,
  );
  return { url, password, api };
}

const settings = (dir: string, password: string) => ({
  GF_SERVER_HTTP_ADDR: '127.0.0.1',
  GF_SERVER_HTTP_PORT: '0',
  GF_SECURITY_ADMIN_PASSWORD: password,
  GF_PATHS_DATA: join(dir, 'data'),
  GF_PATHS_LOGS: join(dir, 'logs'),
  GF_PATHS_PLUGINS: join(dir, 'plugins'),
  GF_PATHS_PROVISIONING: join(dir, 'provisioning'),
  GF_LOG_MODE: 'console',
  GF_LOG_CONSOLE_FORMAT: 'text',
  GF_ANALYTICS_REPORTING_ENABLED: 'false',
  GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
  GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
  GF_UNIFIED_ALERTING_ALERTMANAGER_CONFIG_POLL_INTERVAL: '1s',
  GF_UNIFIED_ALERTING_ADMIN_CONFIG_POLL_INTERVAL: '1s',
});

export const folder = 'drills';
export const runbook = 'https://runbooks.internal/payments/bug-report';

/** An alert rule that needs no data. */
export const rule = (uid: string, alertname: string, fires: boolean, summary = 'Search fails') => ({
  uid,
  orgID: 1,
  folderUID: folder,
  ruleGroup: 'all',
  title: alertname,
  condition: 'A',
  for: '0s',
  noDataState: 'OK',
  execErrState: 'Error',
  data: [
    {
      refId: 'A',
      datasourceUid: '__expr__',
      relativeTimeRange: { from: 60, to: 0 },
      model: { refId: 'A', type: 'math', expression: fires ? '1 > 0' : '1 < 0' },
    },
  ],
  labels: { service: 'orders', instance: `${uid}-1`, severity: 'critical' },
  annotations: {
    summary,
    description: 'Line one\nline two',
    runbook_url: runbook,
  },
});
