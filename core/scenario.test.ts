import { expect } from 'chai';
import { alertsWithEvidence } from './expected-alerts.ts';
import {
  parseScenario,
  restrictedToStack,
  type ScenarioInput,
  type StackName,
  withHoldTime,
} from './scenario.ts';
import { problemsOf } from './testing/problems-of.ts';

type Json = { [key: string]: unknown };

const page = {
  kind: 'page',
  alert: 'CheckoutErrorRateHigh',
  receiver: 'slack',
  within: '5m',
  resolvedWithin: '8m',
} satisfies ScenarioInput['expectations'][number];

const sound = {
  name: 'checkout-errors',
  title: 'Half of the payments fail',
  summary: 'CheckoutErrorRateHigh must page Slack',
  load: { rates: { checkout: 8 }, warmUp: '2m' },
  quietFor: '1m',
  fault: {
    kind: 'payment-failures',
    hits: { journey: 'checkout', status: [502] },
    telemetry: { signal: 'metric', metric: 'otel_app_checkout_errors_total' },
    atLeast: 10,
  },
  expectations: [page],
  settleFor: '1m',
} satisfies ScenarioInput;

/** The sound scenario with one thing set, or with `undefined` taken away, at a path such as `fault.atLeast`. */
function changed(path: string, value: unknown): Json {
  const copy: Json = structuredClone(sound);
  const keys = path.split('.');
  const last = keys.pop() as string;
  const parent = keys.reduce<Json>((node, key) => node[key] as Json, copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

/** Where the faults are and what they are. */
const faultsOf = (input: unknown): [where: string, message: string][] =>
  problemsOf(() => parseScenario(input, 'my.yaml')).map(({ where, message }) => [where, message]);

describe('parseScenario', () => {
  it('reads a sound one and fills in what may be left out', () => {
    const read = parseScenario(sound, 'my.yaml');
    expect(read).to.deep.equal({
      ...sound,
      stacks: ['full'],
      load: { ...sound.load, script: 'shop' },
      fault: {
        ...sound.fault,
        params: {},
        telemetry: { ...sound.fault.telemetry, labels: {} },
      },
      expectations: [{ ...page, labels: {}, runbook: true, belowFloor: false }],
      proofs: [],
    });
  });

  it('may have a fault that hits no request, if a metric proves it', () => {
    const telemetry = { signal: 'metric', metric: 'otel_process_cpu_utilization_ratio', above: 0.5 };
    const faults = (shows: object) =>
      faultsOf({ ...sound, fault: { ...sound.fault, hits: undefined, telemetry: shows } });
    expect(faults(telemetry)).to.deep.equal([]);
    const traffic = { signal: 'metric', metric: 'requests_total', below: 5, rateOver: '1m' };
    expect(faults(traffic)).to.deep.equal([]);
    expect(faults({ ...traffic, above: 5 }).join()).to.include('fault.telemetry.below');
    expect(faults({ ...traffic, below: undefined }).join()).to.include('fault.telemetry.rateOver');
    expect(faults({ ...traffic, minus: { le: '5' } }).join()).to.include('fault.telemetry.minus');
  });

  it('may have a fault that hits no request, if a query proves it', () => {
    const fault = { ...sound.fault, hits: undefined, telemetry: { signal: 'query', query: 'up == 0' } };
    expect(faultsOf({ ...sound, fault })).to.deep.equal([]);
  });

  it("has a dead-man's switch and no history only with the watchers", () => {
    const expectation = {
      kind: 'dead-mans-switch',
      receiver: 'pagerduty',
      within: '5m',
      resolvedWithin: '5m',
    };
    const watched = { ...sound, with: ['watchers'], expectations: [expectation] };
    expect(faultsOf(watched)).to.deep.equal([]);
    expect(faultsOf({ ...watched, with: undefined }).join()).to.contain("the stack has no dead-man's switch");
    const withPast = { ...watched, load: { ...sound.load, history: '6h' } };
    expect(faultsOf(withPast).join()).to.contain('meta-prometheus, which has no history');
  });

  it('cannot expect a page before the time before which it must not come', () => {
    const expectations = [{ ...page, within: '12m', notBefore: '6m' }];
    expect(faultsOf({ ...sound, expectations })).to.deep.equal([]);
    expect(faultsOf({ ...sound, expectations: [{ ...page, notBefore: '5m' }] })).to.deep.equal([
      ['my.yaml: expectations[0].notBefore', 'no page can come: it must arrive within 5m'],
    ]);
  });

  it('gives a fault that comes and goes a length, longer than its first part', () => {
    const cycle = { on: '2m', off: '2m' };
    expect(faultsOf({ ...sound, fault: { ...sound.fault, cycle, lasts: '10m' } })).to.deep.equal([]);
    for (const lasts of [undefined, '2m']) {
      expect(faultsOf({ ...sound, fault: { ...sound.fault, cycle, lasts } })).to.have.length(1);
    }
  });

  it('leaves out what another stack is expected to show', () => {
    const scenario = parseScenario(
      {
        ...sound,
        expectations: [page, { ...page, alert: 'Failed Payments', stacks: ['full'] }],
        proofs: [{ kind: 'log', query: '{service_name="orders"}' }],
      },
      'my.yaml',
    );
    const shown = (stack: StackName) => {
      const { expectations, proofs } = restrictedToStack(scenario, stack);
      return [alertsWithEvidence(expectations).map(({ alert }) => alert), proofs.length];
    };
    expect(shown('full')).to.deep.equal([['CheckoutErrorRateHigh', 'Failed Payments'], 1]);
    expect(shown('metrics')).to.deep.equal([['CheckoutErrorRateHigh'], 0]);
  });

  it('may expect nothing but quiet, or a pending alert of a fault of fixed length', () => {
    expect(faultsOf(changed('expectations', []))).to.deep.equal([]);
    const blip = changed('expectations', [{ kind: 'pending-only', alert: 'A' }]);
    expect(faultsOf({ ...blip, fault: { ...sound.fault, lasts: '45s' } })).to.deep.equal([]);
  });

  it('refuses expectations that no stack judges, and stacks without anything to judge', () => {
    const onMetrics = { ...sound, stacks: ['metrics'], proofs: [{ kind: 'log', query: '{}' }] };
    expect(faultsOf(onMetrics)).to.deep.equal([
      ['my.yaml: proofs[0]', 'never judged: it needs the stack full, and this scenario runs on metrics'],
    ]);
    const onBoth = { ...sound, stacks: ['full', 'metrics'], expectations: [{ ...page, stacks: ['full'] }] };
    expect(faultsOf(onBoth)).to.deep.equal([
      ['my.yaml: stacks', 'on metrics nothing would be judged: every expectation is for another stack'],
    ]);
  });

  const rollback = { kind: 'rollback', application: 'payments', within: '3m', errorRateBelow: 0.01 };

  it('judges a rollback on any stack that has the addition', () => {
    const onMetrics = { ...sound, stacks: ['metrics'], with: ['deployments'], proofs: [rollback] };
    expect(faultsOf(onMetrics)).to.deep.equal([]);
    expect(restrictedToStack(parseScenario(onMetrics, 'my.yaml'), 'metrics').proofs).to.have.length(1);
  });

  type Fault = [path: string, value: unknown, where: string, message: RegExp];
  const notifies = (notifications: Json, where: string, message: RegExp): Fault[] => [
    ['expectations', [{ ...page, notifications }], `expectations[0].notifications${where}`, message],
  ];
  const escalates = (escalatesTo: Json, where: string, message: RegExp): Fault[] => [
    ['expectations', [{ ...page, escalatesTo }], `expectations[0].escalatesTo${where}`, message],
  ];
  /** The fault is in the first of the suppressions, after an expected page. */
  const suppresses = (all: Json[], where: string, message: RegExp): Fault[] => [
    [
      'expectations',
      [page, ...all.map((one) => ({ kind: 'suppressed', ...one }))],
      `expectations[1]${where}`,
      message,
    ],
  ];

  /** One fault each: where it is set, to what, where it is found (`=`: at the same place), what is said. */
  const faults: Fault[] = [
    ['name', undefined, '=', /is missing; expected a text/],
    ['name', 'Checkout Errors', '=', /expected a kebab-case name/],
    ['name', '../escape', '=', /expected a kebab-case name/],
    ['name', 'a\n', '=', /expected a kebab-case name/],
    ['title', '', '=', /must not be empty/],
    ['summary', 3, '=', /is a number; expected a text/],
    ['colour', 'red', '=', /no such key/],
    ['load.colour', 'red', '=', /no such key/],
    ['load.rates', undefined, '=', /is missing; expected a map/],
    ['load.rates', { checkout: 0 }, 'load.rates.checkout', /is 0; expected more than 0/],
    ['load.rates', { checkout: -1 }, 'load.rates.checkout', /is -1; expected more than 0/],
    ['load.rates', { checkout: 201 }, 'load.rates.checkout', /is 201; expected at most 200/],
    ['load.rates', { checkout: Number.NaN }, 'load.rates.checkout', /NaN/],
    ['load.rates', { search: 5 }, 'fault.hits.journey', /no load on journey "checkout"/],
    ['fault.hits.journey', 'toString', '=', /no load on journey "toString"/],
    ['load.history', 'a day', '=', /expected a duration such as 90s/],
    ['load.warmUp', 'soon', '=', /expected a duration such as 90s, 2m or 1m30s/],
    ['load.warmUp', 120, '=', /expected a text/],
    ['quietFor', '-1m', '=', /expected a duration/],
    ['settleFor', undefined, '=', /text/],
    ['fault', undefined, '=', /is missing; expected a map/],
    ['fault.kind', '', '=', /must not be empty/],
    ['fault.params', { share: undefined }, 'fault.params.share', /is missing/],
    ['fault.severity', 1, '=', /no such key/],
    ['fault.lasts', 'a while', '=', /expected a duration/],
    ['fault.stays', 'for ever', '=', /expected a duration .*or group_interval/],
    ['fault.hits', undefined, '=', /without hits nothing proves that the fault had an effect/],
    ['fault.hits', { journey: 'checkout' }, '=', /expected status or slowerThanMs/],
    ['fault.hits.slowerThanMs', 0, '=', /more than 0/],
    ['fault.hits.status', [], '=', /at least 1 in the list/],
    ['fault.hits.status', [502, 600], 'fault.hits.status[1]', /at most 599/],
    ['fault.hits.status', [-1], 'fault.hits.status[0]', /at least 0/],
    ['fault.hits.status', [502.5], 'fault.hits.status[0]', /expected a whole number/],
    ['fault.telemetry', { metric: 'up' }, 'fault.telemetry.signal', /missing; .* metric, absence, log/],
    ['fault.telemetry', { signal: 'log', query: '' }, 'fault.telemetry.query', /must not be empty/],
    ['fault.telemetry.metric', '', '=', /must not be empty/],
    ['fault.telemetry.labels', { reason: 1 }, 'fault.telemetry.labels.reason', /expected a text/],
    ['fault.atLeast', 0, '=', /more than 0/],
    ['fault.atLeast', 1.5, '=', /a whole number/],
    ['refusing', { slack: 200 }, 'refusing.slack', /at least 400/],
    [
      'refusing',
      { slack: { with: 500, retryAfter: '10s' } },
      'refusing.slack.retryAfter',
      /only the answer 429/,
    ],
    ['refusing', { fax: 500 }, 'refusing.fax', /no such key/],
    ['stacks', [], '=', /at least 1/],
    ['stacks', ['half'], 'stacks[0]', /there is no "half"/],
    ['proofs', [{ kind: 'hunch' }], 'proofs[0].kind', /there is no "hunch"/],
    [
      'proofs',
      [{ kind: 'trace', query: '{}', through: ['a'], culprit: 'failing', matching: { name: '(' } }],
      'proofs[0].matching.name',
      /expected a regular expression/,
    ],
    ['proofs', [{ kind: 'sampling', slowerThanMs: 1_000, share: 2 }], 'proofs[0].share', /at most 1/],
    [
      'proofs',
      [{ kind: 'p99', journey: 'search', query: 'x', tolerance: 0.2 }],
      'proofs[0].journey',
      /no load on journey "search"/,
    ],
    [
      'proofs',
      [{ kind: 'trace', through: ['orders'], culprit: 'failing' }],
      'proofs[0].query',
      /needs a TraceQL query/,
    ],
    [
      'proofs',
      [
        { kind: 'trace', through: ['orders'], culprit: 'failing' },
        { kind: 'log', query: '{service_name="orders"}' },
      ],
      'proofs[0].query',
      /needs a TraceQL query/,
    ],
    ['proofs', [rollback], 'proofs[0]', /needs the addition deployments/],
    ['proofs', [{ ...rollback, times: 2 }], 'proofs[0].times', /is 2/],
    [
      'proofs',
      [{ ...rollback, times: 0 }],
      'proofs[0]',
      /needs within and errorRateBelow, unless times is 0/,
    ],
    [
      'proofs',
      [{ kind: 'rollback', application: 'payments' }],
      'proofs[0]',
      /needs within and errorRateBelow, unless times is 0/,
    ],
    ['expectations', [page, { ...page, stacks: ['metrics'] }], 'expectations[1].stacks', /never judged/],
    ['expectations', undefined, '=', /is missing; expected a list/],
    ['expectations', [{ kind: 'wish' }], 'expectations[0].kind', /there is no "wish"/],
    ['expectations', [{ ...page, receiver: 'fax' }], 'expectations[0].receiver', /there is no "fax"/],
    ['expectations', [page, { ...page, within: '5 m' }], 'expectations[1].within', /expected a duration/],
    ['expectations', [{ ...page, wihtin: '5m' }], 'expectations[0].wihtin', /no such key/],
    ['expectations', [{ ...page, labels: { team: null } }], 'expectations[0].labels.team', /expected a text/],
    ['expectations', [{ kind: 'pending-only', alert: 'A' }], 'fault.lasts', /needs a fault of fixed length/],
    ...notifies({}, '', /expected atMost, atLeast, alertsInOne or repeatsEvery/),
    ...notifies({ atMost: 0 }, '.atMost', /is 0; expected more than 0/),
    ...notifies({ atMost: 1.5 }, '.atMost', /expected a whole number/),
    ...notifies({ atLeast: 0 }, '.atLeast', /expected more than 0/),
    ...notifies({ atMost: 1, atLeast: 2 }, '.atMost', /is less than atLeast/),
    ...notifies({ alertsInOne: 0 }, '.alertsInOne', /is 0; expected more than 0/),
    ...notifies({ repeatsEvery: 'often' }, '.repeatsEvery', /expected a duration/),
    ...notifies({ repeatsEvery: '0s' }, '.repeatsEvery', /expected more than 0/),
    ...notifies({ atMost: 1, repeatsEvery: '1h' }, '.repeatsEvery', /a second notification, and atMost is 1/),
    ...notifies({ atmost: 1 }, '.atmost', /no such key/),
    ...escalates({ receiver: 'pagerduty' }, '.after', /is missing/),
    ...escalates({ receiver: 'pagerduty', after: '0' }, '.after', /expected more than 0/),
    ...escalates({ receiver: 'fax', after: '15m' }, '.receiver', /there is no "fax"/),
    ...escalates({ receiver: 'slack', after: '15m' }, '.receiver', /the page itself goes there/),
    ...escalates({ receiver: 'slack', contactPoint: 'a', after: '15m' }, '.receiver', /another receiver/),
    ...escalates({ receiver: 'pagerduty', after: '15m', when: 'night' }, '.when', /no such key/),
    ...suppresses([{ alerts: [], by: 'A' }], '.alerts', /at least 1 in the list/),
    ...suppresses([{ alerts: ['B', ''], by: 'A' }], '.alerts[1]', /must not be empty/),
    ...suppresses([{ alerts: ['B'] }], '.by', /is missing/),
    ...suppresses([{ alerts: ['B', 'A'], by: 'A' }], '.by', /cannot suppress itself/),
    ...suppresses([{ alerts: ['B', 'B'], by: 'A' }], '.alerts', /named twice/),
    ...suppresses(
      [{ alerts: ['B', page.alert], by: 'A' }],
      '.alerts[1]',
      /expectations\[0\] expects that it pages/,
    ),
  ];
  for (const [path, value, at, message] of faults) {
    const where = at === '=' ? path : at;
    it(`names ${where} when ${path} is ${value === undefined ? 'missing' : JSON.stringify(value)}`, () => {
      const found = faultsOf(changed(path, value));
      expect(found.map(([place]) => place)).to.deep.equal([`my.yaml: ${where}`]);
      expect(found[0]?.[1]).to.match(message);
    });
  }

  describe('of notifications, escalations and suppressed alerts', () => {
    const suppressed = (alerts: string[], by: string, more: object = {}) => ({
      kind: 'suppressed',
      ...{ alerts, by },
      ...more,
    });
    const pending = { kind: 'pending-only', alert: 'A' };
    const burst = (...expectations: object[]) => ({
      ...sound,
      expectations,
      fault: { ...sound.fault, lasts: '45s' },
    });

    it('takes sound ones', () => {
      const notifications = { atMost: 3, atLeast: 3, alertsInOne: 4, repeatsEvery: '4h' };
      const elsewhere = { receiver: 'pagerduty', labels: { severity: 'page' }, after: '15m' };
      const other = { receiver: 'slack', contactPoint: 'managers', after: '15m' };
      expect(
        faultsOf(
          changed('expectations', [
            { ...page, notifications, escalatesTo: elsewhere },
            { ...page, alert: 'Other', contactPoint: 'on-call', escalatesTo: other },
            suppressed(['B', 'C'], page.alert),
            suppressed(['D'], 'B'),
          ]),
        ),
      ).to.deep.equal([]);
    });

    it('refuses a circle, and one that is suppressed by an alert that must not fire', () => {
      const circle = [page, suppressed(['B'], 'A'), suppressed(['C'], 'B'), suppressed(['A'], 'C')];
      expect(faultsOf(changed('expectations', circle))).to.deep.equal(
        [1, 2, 3].map((i) => [
          `my.yaml: expectations[${i}].by`,
          'it is suppressed by an alert that it suppresses, so that nobody is paged',
        ]),
      );
      expect(faultsOf(burst(pending, suppressed(['B'], 'A')))).to.deep.equal([
        [
          'my.yaml: expectations[1].by',
          'only a firing alert suppresses others, and expectations[0] expects that it does not fire',
        ],
      ]);
      expect(faultsOf(burst(pending, suppressed(['A'], 'B')))).to.deep.equal([
        ['my.yaml: expectations[1].alerts[0]', 'expectations[0] expects that it does not fire'],
      ]);
    });

    it('refuses an alert that two others suppress, at both places', () => {
      const twice = [page, suppressed(['B'], 'C'), suppressed(['B'], 'A', { stacks: ['full'] })];
      expect(faultsOf(changed('expectations', twice))).to.deep.equal([
        ['my.yaml: expectations[1].alerts[0]', 'expectations[2] expects that it is suppressed by A'],
        ['my.yaml: expectations[2].alerts[0]', 'expectations[1] expects that it is suppressed by C'],
      ]);
    });

    it('takes on one stack what contradicts it on another', () => {
      const both = {
        ...changed('expectations', [
          { ...page, stacks: ['full'] },
          { ...page, alert: 'A', stacks: ['metrics'] },
          suppressed([page.alert], 'A', { stacks: ['metrics'] }),
        ]),
        stacks: ['full', 'metrics'],
      };
      expect(faultsOf(both)).to.deep.equal([]);
    });

    it('refuses a repeat that the length of the fault leaves no time for', () => {
      const every = (repeatsEvery: string) => faultsOf(burst({ ...page, notifications: { repeatsEvery } }));
      expect(every('30s')).to.deep.equal([]);
      expect(every('45s')).to.deep.equal([
        [
          'my.yaml: expectations[0].notifications.repeatsEvery',
          'no repeat is possible: the fault lasts 45s (fault.lasts)',
        ],
      ]);
    });
  });

  it('takes a burst whose page comes after it, but not one that is held on', () => {
    const burst = (stays: object) => ({ ...sound, fault: { ...sound.fault, lasts: '8s', ...stays } });
    expect(parseScenario(burst({}), 'my.yaml').fault.lasts).to.equal('8s');
    expect(faultsOf(burst({ stays: 'group_interval' }))).to.deep.equal([
      ['my.yaml: fault.stays', 'a fault of fixed length (fault.lasts) has no hold time after its pages'],
    ]);
  });

  it('holds a fault on, unless it has a fixed length', () => {
    const scenario = parseScenario(sound, 'my.yaml');
    expect(withHoldTime(scenario, '5m').fault.stays).to.equal('5m');
    expect(withHoldTime(scenario, undefined)).to.equal(scenario);
    const burst = { ...scenario, fault: { ...scenario.fault, lasts: '8s' } };
    expect(withHoldTime(burst, '5m')).to.equal(burst);
  });

  it('names every fault at once', () => {
    const bad = { ...changed('load.warmUp', 'soon'), name: 'No', quietFor: 1, extra: true };
    expect(faultsOf(bad).map(([where]) => where)).to.have.members([
      'my.yaml: load.warmUp',
      'my.yaml: name',
      'my.yaml: quietFor',
      'my.yaml: extra',
    ]);
  });

  it('says what to write instead: the key, kind or word that was meant, and those that there are', () => {
    const hintOf = (path: string, value: unknown) =>
      problemsOf(() => parseScenario(changed(path, value), 'my.yaml')).map(({ hint }) => hint);
    const [page1] = sound.expectations;
    expect(hintOf('expectations', [{ ...page1, recever: 'slack', receiver: undefined }])[0]).to.match(
      /^did you mean receiver\? known: receiver, /,
    );
    expect(hintOf('expectations', [{ ...page1, kind: 'pages' }])).to.deep.equal([
      'did you mean page? known: page, suppressed, pending-only, dead-mans-switch',
    ]);
    expect(hintOf('expectations', [{ ...page1, receiver: 'slak' }])[0]).to.match(/^did you mean slack\?/);
    expect(hintOf('fault.hits.journey', 'chekout')).to.deep.equal(['did you mean checkout?']);
    expect(hintOf('expectations', [{ ...page1, labels: { team: 7 } }])).to.deep.equal([
      'put it into quotation marks',
    ]);
    expect(hintOf('refusing', { slak: 500 })[0]).to.match(/^did you mean slack\? known: /);
  });

  it('tells a misspelt key once, though the one that was meant is missing', () => {
    const { quietFor, ...others } = sound;
    expect(faultsOf({ ...others, qietFor: quietFor })).to.deep.equal([
      ['my.yaml: qietFor', 'there is no such key'],
    ]);
  });

  it('tells what does not go together beside what is of a wrong form, and guesses nothing', () => {
    const both = { ...changed('fault.hits.journey', 'search'), quietFor: 1, colour: 'red' };
    expect(faultsOf(both).map(([where]) => where)).to.deep.equal([
      'my.yaml: quietFor',
      'my.yaml: colour',
      'my.yaml: fault.hits.journey',
    ]);
    // Whether the fault hits requests is not known.
    expect(faultsOf(changed('fault.hits', 'checkout')).map(([where]) => where)).to.deep.equal([
      'my.yaml: fault.hits',
    ]);
    const misspelt = { ...sound.fault, hits: undefined, hitz: sound.fault.hits };
    expect(faultsOf({ ...sound, fault: misspelt }).map(([where]) => where)).to.deep.equal([
      'my.yaml: fault.hitz',
    ]);
  });

  for (const input of [undefined, null, 'text', 3, [], () => {}]) {
    it(`refuses ${String(input) || 'an empty list'} as a whole`, () => {
      expect(faultsOf(input).map(([where]) => where)).to.deep.equal(['my.yaml']);
    });
  }
});
