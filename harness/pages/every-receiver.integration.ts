/*
 * Every kind of receiver that the built Alertmanager accepts, as production writes it: each of its messages arrives at the
 * receiver of its kind, is attributed to its contact point, and nothing asks for any other host.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { parse } from 'yaml';
import { knownNotifierKeys } from '../../configuration/checked/check-alertmanager.ts';
import { confine } from '../../configuration/confined/confine.ts';
import { UsedFiles } from '../../configuration/files/files.ts';
import { Place } from '../../configuration/files/place.ts';
import { configure } from '../../configuration/paced/configure.ts';
import { withObservers } from '../../configuration/paced/observers.ts';
import { met, notYet, until } from '../../core/poll.ts';
import { Problems } from '../../core/problems.ts';
import { originsOfKind } from '../../core/receivers/origins.ts';
import { alertmanagerKinds, kindOfAlertmanager, receiverKinds } from '../../core/receivers/receivers.ts';
import { Scope } from '../../core/scope.ts';
import { type Observer, openObserver } from '../../signals/receivers/observer.ts';
import { openReceiver, type Receiver } from '../../signals/receivers/receivers.ts';
import { startAlertmanager } from '../../signals/receivers/testing/alertmanager.ts';
import { post } from '../../signals/receivers/testing/requests.ts';
import { openVendorProxy, type VendorProxy } from '../../signals/receivers/vendor-hosts/vendor-proxy.ts';
import { builtTools } from '../../stacks/toolchain/testing/built-tools.ts';
import { collectPages } from './collect-pages.ts';
import { type KnownContactPoint, knownContactPoints } from './known-contact-points.ts';
import { productionNotifiers } from './testing/production-notifiers.ts';

const run = promisify(execFile);
const signal = new AbortController().signal;
const file = 'alertmanager/alertmanager.yml';
const names = ['one', 'two', 'three'] as const;
const points = Object.entries(productionNotifiers).flatMap(([key, entries]) =>
  entries.map((entry, i) => ({
    name: `${key.replace('_configs', '')}-${names[i]}`,
    [key]: [{ ...entry, send_resolved: true }],
  })),
);
const written = {
  route: {
    receiver: points[0]?.name,
    group_by: ['alertname'],
    group_wait: '100ms',
    group_interval: '500ms',
    routes: points.map(({ name }) => ({ receiver: name, continue: true })),
  },
  receivers: points,
};

describe('every receiver that Alertmanager knows', function () {
  this.timeout(900_000);
  const scope = new Scope();
  const receivers: Receiver[] = [];
  let observer: Observer;
  let proxy: VendorProxy;
  let known: KnownContactPoint[];
  let amtool: string;

  const look = (alertname: string, status: 'firing' | 'resolved') =>
    collectPages({ listeners: { receivers, observer }, contactPoints: known })
      .pages.filter((page) => page.alert === alertname && page.status === status)
      .map(({ receiver, contactPoints = [], shown }) =>
        [receiver, contactPoints.join(' or '), shown ? 'shown' : 'hidden'].join(' '),
      )
      .sort();
  const eventually = (alertname: string, status: 'firing' | 'resolved') =>
    until(
      `${status} at every receiver`,
      () => {
        const seen = look(alertname, status);
        const isWhole = expected.every((line) => seen.includes(line));
        return isWhole ? met(seen) : notYet(seen.join('\n'));
      },
      { where: 'receivers', withinMs: 40_000, everyMs: 100, signal },
    );
  const expected = points
    .map(({ name }) => {
      const kind = kindOfAlertmanager(`${name.split('-')[0]}_configs`)?.name;
      return `${kind} ${name} shown`;
    })
    .sort();

  before(async () => {
    const tools = await builtTools(['alertmanager', 'amtool'], signal);
    amtool = tools.path('amtool');
    for (const { name } of alertmanagerKinds) {
      const receiver = await openReceiver(name);
      scope.defer(name, () => receiver.close());
      receivers.push(receiver);
    }
    observer = await openObserver();
    scope.defer('observer', () => observer.close());
    const directory = await mkdtemp(join(tmpdir(), 'firedrill-proxy-'));
    scope.defer('folder', () => rm(directory, { recursive: true }));
    const { hosts, origins } = placesOf(receivers);
    proxy = await openVendorProxy({ routes: hosts, caFile: join(directory, 'ca.pem') });
    scope.defer('proxy', () => proxy.close());
    const used = asUsed(JSON.stringify(written), origins);
    expect(confine(file, used)).to.deep.equal([]);
    const files = withObservers(new UsedFiles([[file, used]]), observer.url);
    known = knownContactPoints(files);
    const alertmanager = await startAlertmanager(
      tools.path('alertmanager'),
      parse(files.get(file) ?? ''),
      scope,
      { HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1,localhost', SSL_CERT_FILE: proxy.caFile },
    );
    const send = (times: object) =>
      post(`${alertmanager}/api/v2/alerts`, [
        {
          labels: { alertname: 'CheckoutErrorRateHigh', severity: 'critical', team: 'payments' },
          annotations: { summary: 'Checkout fails' },
          ...times,
        },
      ]);
    const startsAt = new Date().toISOString();
    await send({ startsAt });
    await eventually('CheckoutErrorRateHigh', 'firing');
    await send({ startsAt, endsAt: new Date().toISOString() });
  });
  after(async () => {
    expect(await scope.close()).to.deep.equal([]);
  });

  it('sends to the receiver of its kind, where the page is attributed to its contact point', async () => {
    expect(await eventually('CheckoutErrorRateHigh', 'firing')).to.deep.equal(expected);
  });

  it('sends resolutions there too', async () => {
    expect(await eventually('CheckoutErrorRateHigh', 'resolved')).to.deep.equal(expected);
  });

  it('asks for no host but those of the emulated vendors, and leaves no secret in a delivery', () => {
    expect(proxy.requests().filter(({ outcome }) => outcome !== 'forwarded')).to.deep.equal([]);
    const deliveries = JSON.stringify(receivers.flatMap((receiver) => receiver.deliveries()));
    for (const secret of [
      ...['aB3dE5gH7jK9mN1pQ3sT5vW7', '0123456789abcdef0123456789abcdef', 'azGDORePK8gMaC0QOYAMyEEuzJnyUi'],
      ...['uQiRzpo4DXghDmr9QzzfQu27cmVRsG', '01234567-89ab-cdef-0123-456789abcdef', 'hF2oVZq8J7sB4nK1'],
      ...['NjM4ZTQyYzQtZmEx', 'pQ7xW2mK9vT4', 'x9KfPq2LmZ7vR4tB', 'rT5yHn8Jk3', 'zK8fQ2wL5nR7tY1u'],
    ])
      expect(deliveries).not.to.contain(secret);
  });

  it('is every one: amtool takes no key of a list of notifiers that nobody knows here', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'firedrill-amtool-'));
    scope.defer('folder of amtool', () => rm(directory, { recursive: true }));
    const path = join(directory, 'alertmanager.yml');
    const taken: string[] = [];
    for (const key of knownNotifierKeys) {
      await writeFile(
        path,
        JSON.stringify({ route: { receiver: 'a' }, receivers: [{ name: 'a', [key]: [] }] }),
      );
      if (
        await run(amtool, ['check-config', path]).then(
          () => true,
          () => false,
        )
      )
        taken.push(key);
    }
    expect(taken).to.include('slack_configs').and.not.include('mattermost_configs');
    expect(taken.sort()).to.deep.equal(alertmanagerKinds.map(({ alertmanager: { key } }) => key).sort());
    expect(Object.keys(productionNotifiers).sort()).to.deep.equal(
      alertmanagerKinds.map(({ alertmanager: { key } }) => key).sort(),
    );
  });
});

/** Where the emulated receivers are, by the hosts and the origins that they stand for. */
function placesOf(receivers: readonly Receiver[]) {
  return {
    hosts: new Map(
      receivers.flatMap(({ kind, url }) => receiverKinds[kind].hosts.map((host) => [host, url] as const)),
    ),
    origins: receivers.flatMap(({ kind, url }) =>
      originsOfKind(kind).map((origin) => [origin, url.replace('smtp:', 'http:')] as const),
    ),
  };
}

function asUsed(text: string, origins: readonly (readonly [string, string])[]): string {
  const problems = new Problems();
  const rewriteAddresses = (value: string) =>
    origins.reduce((changed, [origin, url]) => changed.replaceAll(origin, url), value);
  const source = { path: file, text, place: new Place(file, text) };
  const used = configure(source, { factor: 1, rewriteAddresses }, problems) ?? '';
  expect(problems.all).to.deep.equal([]);
  return used;
}
