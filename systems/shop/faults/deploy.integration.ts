import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { controllerHeaders } from '../../../core/deployments.ts';
import { met, notYet, until } from '../../../core/poll.ts';
import { Scope } from '../../../core/scope.ts';
import type { FaultContext } from '../../../faults/fault.ts';
import { scenarioWith } from '../../../faults/testing/scenario.ts';
import { prepareFault } from '../../faults.ts';
import { startOtlpSink } from '../services/testing/otlp-sink.ts';
import { startService } from '../services/testing/service.ts';
import { freePorts } from './testing/toxiproxy.ts';

const ports = { 'payment-provider': 3002, payments: 3003, admin: 3004, deployments: 3005, rollback: 3006 };

interface Application {
  readonly operation?: unknown;
  readonly status: {
    readonly history: readonly { readonly revision: string; readonly initiatedBy: { username: string } }[];
  };
}

/** The real services; the tests run in order. */
describe('a deployment and its rollback', function () {
  this.timeout(300_000);
  const scope = new Scope();
  const ended = new AbortController();
  const { signal } = ended;
  const secret = randomBytes(8).toString('hex');
  const urls = new Map<number, string>();
  const urlOf = (port: number) => urls.get(port) ?? `no port ${port}`;
  const multiplyLoad = async () => {};
  const run = async () => {};
  const context: FaultContext = { url: (_, port) => urlOf(port), secret, seed: 7, signal, multiplyLoad, run };
  const bad = prepareFault(scenarioWith('deploy', { revision: '1.2.0', share: 1 }));

  before(async () => {
    const sink = await startOtlpSink(scope);
    const free = await freePorts(5);
    Object.values(ports).forEach((port, i) => {
      urls.set(port, `http://127.0.0.1:${free[i]}`);
    });
    const start = (name: keyof typeof ports, env: Readonly<Record<string, string>> = {}) =>
      startService(scope, signal, name, {
        ...{ PORT: new URL(urlOf(ports[name])).port, OTEL_SDK_DISABLED: 'true', ADMIN_TOKEN: secret },
        ...{ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
        ...env,
      });
    const revisions = '1.0.0,1.1.0';
    await start('payment-provider');
    await start('payments', {
      ADMIN_PORT: new URL(urlOf(ports.admin)).port,
      PAYMENT_PROVIDER_URL: urlOf(ports['payment-provider']),
      REVISIONS: revisions,
    });
    await start('deployments', {
      APPLICATION: 'payments',
      POD_URL: urlOf(ports.admin),
      REVISIONS: revisions,
    });
    await start('rollback', { CONTROLLER_URL: urlOf(ports.deployments) });
  });

  after(async () => {
    ended.abort();
    expect(await scope.close()).to.deep.equal([]);
  });

  const call = async (port: number, method: string, path: string, body?: unknown, headers = {}) => {
    const json = { 'content-type': 'application/json' };
    const response = await fetch(`${urlOf(port)}${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : json) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const pay = async () => (await call(ports.payments, 'POST', '/v1/charges', { amount: 5 })).status;
  const api = async (method: string, path: string, body?: unknown, headers = controllerHeaders(secret)) =>
    await call(ports.deployments, method, `/api/v1/applications/${path}`, body, headers);
  const deployed = async () => (await api('GET', 'payments')).body as unknown as Application;
  const revisions = async () =>
    (await deployed()).status.history.map(
      ({ revision, initiatedBy }) => `${revision} ${initiatedBy.username}`,
    );
  /** Tells the adapter of a firing alert, as Alertmanager does. @returns what it decided. */
  const alert = async (application: string, startsAt = new Date()) => {
    const labels = { alertname: 'HighErrorRate', application };
    const firing = { status: 'firing', labels, annotations: {}, startsAt: startsAt.toISOString() };
    const resolved = { ...firing, status: 'resolved' };
    await call(ports.rollback, 'POST', '/alerts', { version: '4', alerts: [firing, resolved] });
    const { body } = await call(ports.rollback, 'GET', '/decisions');
    return (body as unknown as readonly Readonly<Record<string, unknown>>[]).at(-1);
  };

  it('answers as Argo CD to whoever may not see it', async () => {
    expect(await api('GET', 'payments', undefined, { authorization: 'Bearer x.wrong' })).to.deep.equal({
      status: 401,
      body: { error: 'no session information', code: 16, message: 'no session information' },
    });
    expect(await api('POST', 'orders/rollback', { id: 0 })).to.deep.equal({
      status: 403,
      body: { error: 'permission denied', code: 7, message: 'permission denied' },
    });
    expect((await api('POST', 'payments/rollback', { id: 9 })).body).to.deep.include({ code: 3 });
  });

  it('rolls nothing back for a fault that no deployment caused, nor another application', async () => {
    expect(await alert('payments')).to.include({ action: 'none' });
    expect(await alert('orders')).to.include({ action: 'failed', reason: '403 permission denied' });
    expect(await revisions()).to.deep.equal(['1.0.0 pipeline', '1.1.0 pipeline']);
  });

  it('replaces the service while it takes payments', async () => {
    expect(await pay()).to.equal(201);
    let isDone = false;
    const statuses: number[] = [];
    const paying = (async () => {
      while (!isDone) statuses.push(await pay().catch(() => 0));
    })();
    await bad.inject(context);
    isDone = true;
    await paying;
    expect(await pay()).to.equal(500);
    // Both revisions answer for a moment; no payment is lost in between.
    expect(new Set(statuses)).to.deep.equal(new Set([201, 500]));
    expect((await revisions()).at(-1)).to.equal('1.2.0 pipeline');
  });

  it('rolls it back on the alert, once, and leaves the revert nothing to do', async () => {
    expect(await alert('payments')).to.include({ action: 'roll back', from: '1.2.0', to: '1.1.0' });
    await until(
      'the rollback to be done',
      async () => ((await deployed()).operation === undefined ? met(true) : notYet('it is under way')),
      { where: 'deployments', withinMs: 60_000, everyMs: 50, signal },
    );
    expect(await pay()).to.equal(201);
    expect(await alert('payments')).to.include({ action: 'none', reason: 'it was rolled back already' });
    await bad.revert(context);
    expect((await revisions()).slice(2)).to.deep.equal(['1.2.0 pipeline', '1.1.0 rollback']);
  });

  it('is reverted if nothing rolled it back, however often', async () => {
    await bad.inject(context);
    expect(await pay()).to.equal(500);
    await bad.revert(context);
    await bad.revert(context);
    expect(await pay()).to.equal(201);
    expect((await revisions()).slice(4)).to.deep.equal(['1.2.0 pipeline', '1.1.0 pipeline']);
  });

  it('tells of a deployment that fails', async () => {
    await api('POST', 'payments/sync', { revision: '9.9.9' });
    const failed = await until(
      'the deployment to fail',
      async () => {
        const { operation, status } = await deployed();
        return operation === undefined ? met(status) : notYet('it is under way');
      },
      { where: 'deployments', withinMs: 60_000, everyMs: 50, signal },
    );
    expect(failed).to.have.nested.property('operationState.phase', 'Failed');
    expect(failed).to.have.nested.property('operationState.message').that.includes('revision_unknown');
    expect(await pay()).to.equal(201);
  });
});
