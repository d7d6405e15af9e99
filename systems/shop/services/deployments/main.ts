/**
 * The deployment controller. It speaks the part of Argo CD's API that a rollback uses, in Argo CD's own words:
 * https://argo-cd.readthedocs.io/en/stable/developer-guide/api-docs/
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { readConfig, readListen } from '../shared/config.ts';
import { runService } from '../shared/service.ts';
import { Application, Refusal } from './application.ts';

await runService('deployments', () => {
  const { listen, token, ...of } = readConfig(process.env, (from) => ({
    listen: readListen(from),
    token: from.text('ADMIN_TOKEN', ''),
    name: from.text('APPLICATION', ''),
    podUrl: from.url('POD_URL', 'http:'),
    revisions: from.text('REVISIONS', '1.0.0').split(','),
  }));
  const application = new Application(of.name, of.revisions, async (revision) => {
    const response = await fetch(new URL('/admin/revision', of.podUrl), {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ revision }),
      signal: AbortSignal.timeout(90_000),
    });
    if (!response.ok) throw new Error(`${of.name} answered ${response.status} ${await response.text()}`);
  });
  return { listen, routes: (app) => registerApi(app, application, token) };
});

interface Named {
  Params: { name: string };
}

function registerApi(app: FastifyInstance, application: Application, secret: string): void {
  /** Tokens are `<account>.<secret>`: an operation tells who started it. */
  const accountOf = (authorization = ''): string => {
    const [, account, rest] = /^Bearer ([\w-]+)\.(.+)$/.exec(authorization) ?? [];
    if (account === undefined || rest !== secret) throw new Refusal(401, 16, 'no session information');
    return account;
  };
  /** Argo CD does not tell which applications do not exist. */
  const named = (name: string): Application => {
    if (name !== application.name) throw new Refusal(403, 7, 'permission denied');
    return application;
  };
  const answer = async (reply: FastifyReply, work: () => unknown) => {
    try {
      return await reply.send(work());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, code, message } = error;
      return await reply.code(status).send({ error: message, code, message });
    }
  };

  app.get<Named>('/api/v1/applications/:name', ({ headers, params }, reply) =>
    answer(reply, () => {
      accountOf(headers.authorization);
      return named(params.name).resource();
    }),
  );
  app.post<Named & { Body: { revision?: string } | null }>(
    '/api/v1/applications/:name/sync',
    ({ headers, params, body }, reply) =>
      answer(reply, () => {
        const account = accountOf(headers.authorization);
        return named(params.name).sync(body?.revision ?? '', account);
      }),
  );
  app.post<Named & { Body: { id?: number | string } | null }>(
    '/api/v1/applications/:name/rollback',
    ({ headers, params, body }, reply) =>
      answer(reply, () => {
        const account = accountOf(headers.authorization);
        return named(params.name).rollback(Number(body?.id ?? 0), account);
      }),
  );
}
