import { expect } from 'chai';
import { met, notYet, until } from '../../../core/poll.ts';
import { Scope } from '../../../core/scope.ts';
import { seededRandom } from '../../../core/seeded-random.ts';
import { type FaultParams, scenarioWith } from '../../../faults/testing/scenario.ts';
import { prepareFault } from '../../faults.ts';
import { failShare } from '../services/shared/fail-share.ts';
import { instanceSeed } from './admin-setting.ts';
import { type AdminResponse, openShop, type Shop } from './testing/shop.ts';

const prepared = (kind: string, params?: FaultParams) => prepareFault(scenarioWith(kind, params));
const statuses = (answers: readonly AdminResponse[]) => answers.map(({ status }) => status);
const MiB = 2 ** 20;

/** On a real shop: what each fault of a service does, and that it is gone after the revert, however often reverted. */
describe('faults of the services', function () {
  this.timeout(600_000); // The first run on a machine builds toxiproxy.
  const scope = new Scope();
  const ended = new AbortController();
  let shop: Shop;

  before(async () => {
    shop = await openShop(scope, ended.signal);
  });

  after(async () => {
    ended.abort();
    expect(await scope.close()).to.deep.equal([]);
  });

  const login = () =>
    shop.ask('POST', 'storefront-1', '/login', { email: 'ada@shop.example', password: 'open sesame' });
  const checkout = () => shop.ask('POST', 'storefront-1', '/checkout', { listingId: 7 });
  const catalog = (pod: string) => shop.ask('GET', pod, '/catalog');
  const several = async (count: number, request: () => Promise<AdminResponse>): Promise<AdminResponse[]> => {
    const answers = [];
    for (let n = 0; n < count; n++) answers.push(await request());
    return answers;
  };
  const lastLine = (pod: string, message: string) =>
    shop.eventually(`"${message}" of ${pod}`, () =>
      shop.service(pod).lines.findLast(({ msg }) => msg === message),
    );
  /** Waits for a sample that is sent from now on. */
  const sample = (
    metric: string,
    attributes: Readonly<Record<string, string>>,
    is: (value: number) => boolean,
  ) => {
    shop.sink.points.length = 0;
    return shop.eventually(metric, () =>
      shop.sink.points.find(
        (point) =>
          point.metric === metric &&
          is(point.value) &&
          Object.entries(attributes).every(([name, value]) => point.attributes[name] === value),
      ),
    );
  };
  const errorLines = () =>
    ['storefront-1', 'storefront-2', 'orders'].flatMap((pod) =>
      shop.service(pod).lines.filter(({ level }) => level === 'error'),
    );

  /** What a share of requests gets by the shop's seed. */
  const byChance = (count: number, pod: string, share: number, hit: number, other: number) => {
    const fails = failShare(share, seededRandom(instanceSeed(shop.context.seed, pod), 'fail'));
    return Array.from({ length: count }, () => (fails() ? hit : other));
  };

  it('payment-failures fails its share of the checkouts', async () => {
    const fault = prepared('payment-failures', { share: 0.5 });
    await fault.inject(shop.context);
    const expected = byChance(8, 'payment-provider', 0.5, 502, 201);
    expect(new Set(expected)).to.deep.equal(new Set([502, 201]));
    expect(statuses(await several(8, checkout))).to.deep.equal(expected);
    expect(await lastLine('orders', 'failed payment')).to.include({ level: 'warn' });
    await fault.revert(shop.context);
    await fault.revert(shop.context);
    expect(statuses(await several(2, checkout))).to.deep.equal([201, 201]);
  });

  it('auth-failures fails its share of the logins with 503, and nothing else', async () => {
    const fault = prepared('auth-failures', { share: 0.5 });
    await fault.inject(shop.context);
    const expected = byChance(8, 'orders', 0.5, 503, 200);
    const failing = expected.filter((status) => status === 503).length;
    expect(failing).to.be.within(1, 7);
    expect(statuses(await several(8, login))).to.deep.equal(expected);
    expect([(await checkout()).status, (await catalog('storefront-1')).status]).to.deep.equal([201, 200]);
    expect(await lastLine('storefront-1', 'failed login')).to.include({
      level: 'warn',
      reason: 'auth_unavailable',
    });
    await sample('app.login.errors', { reason: 'auth_unavailable' }, (value) => value === failing);
    await fault.revert(shop.context);
    await fault.revert(shop.context);
    expect(statuses(await several(2, login))).to.deep.equal([200, 200]);
  });

  it('slow-dependency slows the checkout, fails none, and leaves every service ready', async () => {
    const fault = prepared('slow-dependency', { minMs: 2_000, maxMs: 5_000 });
    await fault.inject(shop.context);
    const [slow, ...ready] = await Promise.all([
      checkout(),
      ...['storefront-1', 'orders', 'payment-provider'].map((pod) => shop.ask('GET', pod, '/health/ready')),
    ]);
    expect(slow?.status).to.equal(201);
    expect(slow?.tookMs).to.be.at.least(2_000);
    expect(statuses(ready)).to.deep.equal([200, 200, 200]);
    await fault.revert(shop.context);
    await fault.revert(shop.context);
    expect((await checkout()).tookMs).to.be.below(2_000);
  });

  it('slow-dependency slows a share of the checkouts, and has another refused at once', async () => {
    const fault = prepared('slow-dependency', { minMs: 1_200, maxMs: 1_200, slowShare: 0.5, failShare: 0.5 });
    await fault.inject(shop.context);
    const answers = await several(8, checkout);
    expect(statuses(answers)).to.deep.equal(byChance(8, 'payment-provider', 0.5, 502, 201));
    const isSlow = failShare(0.5, seededRandom(instanceSeed(shop.context.seed, 'payment-provider'), 'slow'));
    for (const { status, tookMs } of answers) {
      if (status === 201) expect(tookMs >= 1_200).to.equal(isSlow());
      else expect(tookMs).to.be.below(1_200);
    }
    await fault.revert(shop.context);
    expect(statuses(await several(2, checkout))).to.deep.equal([201, 201]);
  });

  it('resource-pressure uses CPU and memory in one instance, which keeps responding, and releases both', async () => {
    const fault = prepared('resource-pressure', { pod: 'storefront-2', cpuShare: 0.8, memoryMiB: 200 });
    const memory = async (pod: string) =>
      Number((await shop.ask('GET', pod, '/admin/pressure')).body.memoryBytes) / MiB;
    const cpu = 'process.cpu.utilization';
    const used = async () => {
      const { body } = await shop.ask('GET', 'storefront-2', '/admin/pressure');
      return { cpuSeconds: Number(body.cpuSeconds), at: performance.now() / 1000 };
    };
    const before = await memory('storefront-2');
    const otherBefore = await memory('storefront-1');
    await fault.inject(shop.context);
    expect((await memory('storefront-2')) - before).to.be.within(190, 270);
    expect((await memory('storefront-1')) - otherBefore).to.be.below(60);
    // An idle instance is near 0; a busy machine gives less than what is asked for.
    expect((await sample(cpu, {}, (value) => value >= 0.25)).service).to.equal('storefront');
    await sample('process.memory.usage', {}, (value) => value > (before + 150) * MiB);
    expect(statuses(await several(3, () => catalog('storefront-2')))).to.deep.equal([200, 200, 200]);
    await fault.revert(shop.context);
    await fault.revert(shop.context);
    expect((await memory('storefront-2')) - before).to.be.below(80);
    // It tidies its memory up first; one that went on burning would never come below.
    let last = await used();
    await until(
      'less than a quarter of a core',
      async () => {
        const now = await used();
        const share = (now.cpuSeconds - last.cpuSeconds) / (now.at - last.at);
        last = now;
        return share < 0.25 ? met(share) : notYet(`${share.toFixed(2)} of a core`);
      },
      { where: 'storefront-2', withinMs: 15_000, everyMs: 1_000, signal: new AbortController().signal },
    );
  });

  it('kill-instance ends one instance; the other serves on, and it comes back at its address', async () => {
    const fault = prepared('kill-instance', { pod: 'storefront-2' });
    expect((await catalog('storefront-2')).status).to.equal(200);
    await fault.inject(shop.context);
    expect(statuses(await several(2, () => catalog('storefront-2')))).to.deep.equal([0, 0]);
    expect((await catalog('storefront-1')).status).to.equal(200);
    await fault.revert(shop.context);
    await fault.revert(shop.context);
    expect((await catalog('storefront-2')).status).to.equal(200);
  });

  it('none of them is a bug, so none of them left an ERROR line', () => {
    expect(errorLines()).to.deep.equal([]);
  });
});
