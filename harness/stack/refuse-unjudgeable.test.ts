import { expect } from 'chai';
import { readConfigFiles } from '../../configuration/config-files.ts';
import { UsedFiles, WrittenFiles } from '../../configuration/files/files.ts';
import { configured } from '../../configuration/paced/testing/configured.ts';
import { type Pace, paces } from '../../core/pace.ts';
import { within } from '../../core/path.ts';
import { parseScenario } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { shop } from '../../systems/shop/shop.ts';
import { judgeable } from './refuse-unjudgeable.ts';

const config = new URL('../../stacks/config/', import.meta.url).pathname;

/** The fast page of a burn-rate alert for an objective of 99.9 %: 14.4 times the error budget, over an hour. */
const burnRate = `groups:
  - name: checkout
    rules:
      - alert: CheckoutErrorRateHigh
        expr: sum(rate(otel_app_checkout_errors_total[1h])) / sum(rate(otel_app_checkout_attempts_total[1h])) > 14.4 * 0.001
        labels: { severity: critical, team: payments }
`;

/** Half of 200 requests a second fail after two minutes of healthy traffic. */
const scenario = (history: string | undefined, target = '30m') =>
  parseScenario(
    {
      ...checkoutErrors,
      load: { rates: { checkout: 200 }, warmUp: '1m', ...(history === undefined ? {} : { history }) },
      quietFor: '1m',
      expectations: [
        {
          kind: 'page',
          alert: 'CheckoutErrorRateHigh',
          receiver: 'slack',
          within: target,
          resolvedWithin: '2h',
        },
      ],
      proofs: [],
    },
    'burn-rate',
  );

describe('the floor of a burn-rate alert', () => {
  let written: WrittenFiles;
  before(async () => {
    const files = await readConfigFiles([config]);
    written = new WrittenFiles([...files, ['prometheus/rules/checkout.yml', burnRate]]);
  });

  function judged(
    history: string | undefined,
    { pace = paces.real as Pace, trafficMs = 0, target = '30m' } = {},
  ) {
    const files = new UsedFiles(
      [...written].map(([path, text]) => [path, configured(path, text, pace.factor)]),
    );
    const found = judgeable(
      scenario(history, target),
      { files, written, contactPoints: [] },
      { pace, effect: { errorRatio: 0.5 }, trafficMs, whereOf: within('burn-rate'), known: shop },
    );
    const { detect, resolve } = found.floors.CheckoutErrorRateHigh ?? {};
    const windowOf = (floor: typeof detect) => floor?.terms.find(({ name }) => name === 'window');
    return { ...found, detects: windowOf(detect), resolves: windowOf(resolve) };
  }

  it('is that of a new stack without a history: H·θ/(e−θ) = 3.6 s', () => {
    const { detects, resolves } = judged(undefined);
    expect(detects?.mean).to.be.closeTo(3_600, 50);
    expect(detects?.source).to.include('H·θ/(e−θ)');
    expect(resolves?.source).to.include('not full');
  });

  it('is production’s with a history: θ·W/e = 104 s', () => {
    const { detects, resolves } = judged('6h');
    expect(detects?.mean).to.be.closeTo(103_700, 50);
    expect(detects?.source).to.include('θ·W/e');
    // W(1−θ/e)
    expect(resolves?.mean).to.be.closeTo(3_600_000 - 103_700, 10_000);
  });

  it('is between both with a history that is shorter than the window', () => {
    // H is 30 minutes of history and the two of traffic.
    expect(judged('30m').detects?.mean).to.be.closeTo((32 * 60_000 * 0.0144) / 0.4856, 50);
  });

  it('counts the history at the pace of the drill', () => {
    const pace = paces.fast;
    expect(judged('6h', { pace }).detects?.mean).to.be.closeTo(103_680 / 15, 20);
    expect(judged('30m', { pace }).detects?.mean).to.be.closeTo((32 * 4_000 * 0.0144) / 0.4856, 20);
  });

  it('has the traffic of earlier drills as well as the history', () => {
    const trafficMs = 28 * 60_000;
    expect(judged('30m', { trafficMs }).detects?.mean).to.be.closeTo(103_700, 50);
    expect(judged(undefined, { trafficMs }).detects?.mean).to.be.closeTo((30 * 60_000 * 0.0144) / 0.4856, 50);
  });

  it('is not calculated without an Alertmanager, to which Prometheus could send nothing', () => {
    const files = [...written].filter(([path]) => !path.startsWith('alertmanager/'));
    const given = { ...scenario(undefined), silences: [] };
    const silence = { matchers: ['a=b'], lasts: '1m', by: 'me', comment: 'x', from: 'start' as const };
    const found = (silences: (typeof silence)[]) =>
      judgeable(
        { ...given, silences },
        {
          files: new UsedFiles(files.map(([path, text]) => [path, configured(path, text, 1)])),
          written: new WrittenFiles(files),
          contactPoints: [],
        },
        {
          ...{ pace: paces.real, effect: { errorRatio: 0.5 }, trafficMs: 0, known: undefined },
          whereOf: within('burn-rate'),
        },
      ).problems.map(({ where, message }) => `${where}: ${message}`);
    const unsent =
      'burn-rate: expectations[0].alert: CheckoutErrorRateHigh is a rule of Prometheus, and there is no Alertmanager to which it could send it';
    expect(found([])).to.deep.equal([unsent]);
    expect(found([silence])).to.deep.equal([
      unsent,
      'burn-rate: silences[0]: there is no Alertmanager that could silence an alert',
    ]);
  });

  it('refuses a target that only a new stack could hold', () => {
    const target = '90s';
    expect(judged(undefined, { target }).problems.map(({ where }) => where)).to.deep.equal([]);
    expect(judged('6h', { target }).problems.map(({ where }) => where)).to.deep.equal([
      'burn-rate: expectations[0].within',
    ]);
  });
});

describe('rules that a pace cannot judge', () => {
  it('are told one by one only if they are few', () => {
    const alerts = (many: number) =>
      Array.from({ length: many }, (_, i) => `{ alert: Changes${i}, expr: "changes(x[10m]) > 3" }`);
    const notesOf = (many: number) => {
      const rules = `groups: [{ name: g, rules: [${alerts(many).join(', ')}] }]`;
      const written = new WrittenFiles([['prometheus/rules/many.yml', rules]]);
      return judgeable(
        parseScenario(checkoutErrors, 'many'),
        { files: new UsedFiles(written), written, contactPoints: [] },
        { pace: paces.fast, effect: {}, known: undefined, trafficMs: 0, whereOf: within('many') },
      ).notes;
    };
    expect(notesOf(10)).to.have.length(10);
    const notes = notesOf(300);
    expect(notes).to.have.length(11);
    expect(notes[0]).to.match(/^Changes0 \(.*\) is not judged at fast pace: /);
    expect(notes.at(-1)).to.match(/^290 more rules are not judged at fast pace: /);
  });
});
