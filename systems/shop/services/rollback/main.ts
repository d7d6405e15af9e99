/**
 * Stands between Alertmanager's webhook and Argo CD: rolls back the application that an alert names by its label
 * `application`, if the application was deployed shortly before the alert, and only once.
 *
 * POST /alerts takes the webhook. GET /decisions returns what was decided on each alert since the start.
 */
import { readConfig, readListen } from '../shared/config.ts';
import { CallError } from '../shared/downstream.ts';
import { HttpFailure } from '../shared/failure.ts';
import { runService } from '../shared/service.ts';
import { type Alert, type Decision, type Deployed, decide } from './decision.ts';

const account = 'rollback';

type Taken = Decision & { readonly at: string; readonly alert: string; readonly application: string };

await runService('rollback', (log) => {
  const { listen, controllerUrl, token, recentMs } = readConfig(process.env, (from) => ({
    listen: readListen(from),
    controllerUrl: from.url('CONTROLLER_URL', 'http:'),
    token: `${account}.${from.text('ADMIN_TOKEN', '')}`,
    recentMs: from.milliseconds('RECENT_MS', 600_000),
  }));
  const taken: Taken[] = [];

  async function call<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
    const response = await fetch(new URL(`/api/v1/applications/${path}`, controllerUrl), {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(5_000),
    });
    const answer = (await response.json()) as T & { readonly message?: string };
    if (response.ok) return answer;
    throw new CallError('refused', `${response.status} ${answer.message}`, { status: response.status });
  }

  async function actOn(alert: Alert, application: string): Promise<Decision> {
    try {
      const name = encodeURIComponent(application);
      const decision = decide(alert, await call<Deployed>('GET', name), account, recentMs);
      if (decision.action === 'roll back') await call('POST', `${name}/rollback`, { name, id: decision.id });
      return decision;
    } catch (error) {
      // Alertmanager sends it again if the controller gives no answer, or fails.
      if (!(error instanceof CallError) || (error.status ?? 500) >= 500)
        throw new HttpFailure(502, 'controller_unavailable', { cause: error });
      return { action: 'failed', reason: error.message };
    }
  }

  return {
    listen,
    routes: (app) => {
      app.get('/decisions', async () => taken);
      app.post<{ Body: { alerts: Alert[] } }>('/alerts', async ({ body: { alerts } }) => {
        for (const alert of alerts) {
          const { alertname = '', application } = alert.labels;
          if (alert.status !== 'firing' || application === undefined) continue;
          const decision = await actOn(alert, application);
          const one = { at: new Date().toISOString(), alert: alertname, application, ...decision };
          taken.push(one);
          log.info(one, 'decided');
        }
        return {};
      });
    },
  };
});
