import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyPanels, panelQueries } from '../../configuration/checked/testing/panel-queries.ts';
import { httpClient } from '../../core/http.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { DrillRecord } from '../../core/record.ts';
import { grafanaUser } from '../../stacks/components/grafana.ts';
import type { ReadyStack } from '../stack/ready-stack.ts';
import { project } from './cli.ts';

const dashboards = join(project, 'stacks', 'config-full', 'grafana', 'provisioning', 'dashboards');

/**
 * Waits until Grafana returns data for every query of every dashboard over the time of the drill, for each service.
 *
 * @returns the panels.
 * @throws FiredrillError with the panels that stayed empty.
 */
export async function untilEveryPanelHasData(
  { startedAt }: DrillRecord,
  { url, runtime }: Pick<ReadyStack, 'url' | 'runtime'>,
): Promise<string[]> {
  const files = (await readdir(dashboards)).filter((file) => file.endsWith('.json'));
  const texts = await Promise.all(files.map((file) => readFile(join(dashboards, file), 'utf8')));
  const queries = texts.flatMap((text) =>
    ['storefront', 'orders'].flatMap((service) => panelQueries(JSON.parse(text), { service })),
  );
  const grafana = httpClient({
    baseURL: url('grafana', 3000),
    auth: { username: grafanaUser, password: runtime.secret },
    proxy: false,
    timeout: 10_000,
  });
  const ask = async (path: string, body: object) => {
    const { status, data } = await grafana.post(path, body);
    return { status, body: data as unknown };
  };
  await until(
    'data in every panel',
    async () => {
      const empty = await emptyPanels(queries, { from: startedAt, to: Date.now() }, ask);
      return empty.length === 0 ? met(true) : notYet(JSON.stringify(empty));
    },
    { where: 'dashboards', withinMs: 15_000, everyMs: 1_000, signal: AbortSignal.timeout(30_000) },
  );
  return queries.map(({ panel }) => panel);
}
