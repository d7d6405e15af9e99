import { expect } from 'chai';
import { parseScenario, type Scenario, type ScenarioInput } from '../../core/scenario.ts';
import type { FaultContext } from '../../faults/fault.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { comeAndGo, effectiveBeforeAlerts, effectText, proofWithinMs, requiredHits } from './fault-window.ts';

type FaultInput = ScenarioInput['fault'];

const scenarioWith = (fault: Partial<FaultInput>): Scenario =>
  parseScenario({ ...checkoutErrors, fault: { ...checkoutErrors.fault, ...fault } }, 'try');

const pressure = () => {
  const { hits: _, ...fault } = checkoutErrors.fault;
  const telemetry = { signal: 'metric', metric: 'cpu', above: 0.7 } as const;
  return parseScenario({ ...checkoutErrors, fault: { ...fault, telemetry } }, 'try');
};

const proofMs = (scenario: Scenario) => proofWithinMs({ scenario });

describe('a fault that comes and goes', () => {
  it('is reverted and injected in turns, and its commands end before it does', async () => {
    const calls: string[] = [];
    const ended = new AbortController();
    const command = (name: string) => async () => {
      calls.push(`${name} begins`);
      if (calls.length === 7) ended.abort();
      await Promise.resolve();
      calls.push(`${name} ends`);
    };
    const fault = { inject: command('inject'), revert: command('revert') };
    // The commands of these faults need nothing of the stack.
    const context = {} as FaultContext;
    const failed: Error[] = [];
    await comeAndGo(fault, { on: 1, off: 1 }, context, ended.signal, (error) => failed.push(error));
    expect(failed).to.deep.equal([]);
    const turn = (name: string) => [`${name} begins`, `${name} ends`];
    expect(calls).to.deep.equal(['revert', 'inject', 'revert', 'inject'].flatMap(turn));
  });

  it('breaks the drill if a command fails', async () => {
    for (const failing of ['inject', 'revert']) {
      const command = (name: string) => async () => {
        if (name === failing) throw new Error('no route to host');
      };
      const failed: Error[] = [];
      await comeAndGo(
        { inject: command('inject'), revert: command('revert') },
        { on: 1, off: 1 },
        {} as FaultContext,
        new AbortController().signal,
        (error) => failed.push(error),
      );
      expect(failed.map(({ message }) => message)).to.deep.equal([
        'fault: it does not come and go any more: no route to host',
      ]);
      expect(failed[0]).to.include({ kind: 'broken' });
    }
  });
});

describe('proof of a fault', () => {
  it('describes every condition of a hit request', () => {
    const hits = { journey: 'checkout', status: [0, 502], slowerThanMs: 900, instance: 'storefront-2' };
    expect(effectText(scenarioWith({ atLeast: 4, hits }))).to.equal(
      '4 requests of journey checkout with status 0 or 502 slower than 900 ms to storefront-2',
    );
    expect(effectText(scenarioWith({ atLeast: 4, hits: { journey: 'login', slowerThanMs: 900 } }))).to.equal(
      '4 requests of journey login slower than 900 ms',
    );
  });

  it('describes the metric if no request is hit, and requires no hits', () => {
    expect(effectText(pressure())).to.equal('cpu above 0.7');
    expect(requiredHits(pressure())).to.equal(0);
    expect(requiredHits(scenarioWith({ atLeast: 4 }))).to.equal(4);
  });

  it('may take four times as long as the load needs, plus the duration of slow or unanswered requests', () => {
    const monthly = { ...checkoutErrors.load, rates: { monthly: 0.25 } };
    const rare = (hits: FaultInput['hits']) => ({
      ...scenarioWith({ atLeast: 3 }),
      load: monthly,
      fault: { ...scenarioWith({ atLeast: 3, params: {} }).fault, hits },
    });
    expect(proofMs(rare({ journey: 'monthly', status: [500] }) as Scenario)).to.equal(48_000);
    expect(proofMs(rare({ journey: 'monthly', slowerThanMs: 2_000 }) as Scenario)).to.equal(50_000);
    expect(proofMs(rare({ journey: 'monthly', status: [0] }) as Scenario)).to.equal(68_000);
    expect(proofMs(scenarioWith({ atLeast: 1 }))).to.equal(10_000);
    // For a random share of requests, as long as chance may delay the hits.
    const byChance = (share: number) => scenarioWith({ atLeast: 2, params: { share } });
    expect(proofMs(byChance(0.05))).to.equal(18_000 / (8 * 0.05));
    for (const share of [0, 1]) expect(proofMs(byChance(share))).to.equal(10_000);
  });
});

describe('the first hit of a fault that hits no request', () => {
  const window = { injectedAt: 100, firstHitAt: 300, hits: 0, requests: 9, hitsBefore: 0, required: 0 };
  const alert = (at?: number) => ({
    hops: [{ name: 'expression true' as const, source: 'Prometheus', ...(at === undefined ? {} : { at }) }],
  });
  const firstHitAt = (hits: Scenario['fault']['hits'], ...alerts: ReturnType<typeof alert>[]) =>
    effectiveBeforeAlerts(window, hits, alerts).firstHitAt;

  it('is not later than the time at which an expected alert became true', () => {
    expect(firstHitAt(undefined, alert(350), alert(250), alert())).to.equal(250);
  });

  it('does not change if the alerts became true later, or before the fault', () => {
    expect(firstHitAt(undefined, alert(350))).to.equal(300);
    expect(firstHitAt(undefined, alert(100))).to.equal(300);
    expect(firstHitAt(undefined)).to.equal(300);
  });

  it('is the hit request where the fault hits requests', () => {
    expect(firstHitAt(checkoutErrors.fault.hits, alert(250))).to.equal(300);
  });
});
