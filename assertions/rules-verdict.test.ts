import { expect } from 'chai';
import type { AlwaysFiring, RuleHealthEvidence, RuleNoise, Rules, Unjudged } from '../core/record.ts';
import { judge } from './judge.ts';
import { alertName, at, pageAt, scenarioWith } from './testing/basics.ts';
import { evidenceOf } from './testing/evidence.ts';
import { outcomesOf, recordWith, recordWithout, verdictOf } from './testing/record.ts';

const { rules: quiet } = recordWith();
if (!quiet) throw new Error('the fixture has no rules');
const withRules = (changes: Partial<Rules>, rest: Parameters<typeof recordWith>[0] = {}): Unjudged =>
  recordWith({ rules: { ...quiet, ...changes }, ...rest });

const [healthy] = quiet.health;
const health = (changes: Partial<RuleHealthEvidence>): RuleHealthEvidence => {
  if (!healthy) throw new Error('the fixture has no rule');
  return { ...healthy, ...changes };
};

const noise = (changes: Partial<RuleNoise> = {}): RuleNoise => ({
  manager: 'prometheus',
  name: 'SlowJobs',
  file: 'prometheus/rules/jobs.yml',
  group: 'jobs',
  query: 'job_seconds > 500',
  labels: { alertname: 'SlowJobs' },
  state: 'firing',
  value: 1_200,
  comparison: {
    left: 'job_seconds',
    operator: '>',
    threshold: 500,
    observed: { min: 900, max: 1_200 },
  },
  isConstant: false,
  unread: [],
  lastError: '',
  receivers: [],
  ...changes,
});

/** A drill that ended at the quiet gate. */
const ended = (...found: RuleNoise[]): Unjudged => {
  const { quietGate: _, faultWindow: __, evidence: ___, ...record } = withRules({ noise: found });
  const done = ['open receivers', 'start stack', 'warm up', 'quiet gate', 'tear down'];
  return { ...record, pages: [], phases: record.phases.filter(({ name }) => done.includes(name)) };
};

const selector = (text: string, nearest: string[] = []) => ({
  text,
  metric: text,
  series: 0,
  nearest,
  labelsFound: [],
});

describe('verdict on the rules', () => {
  it('passes when every rule was evaluated, and is broken without evidence', () => {
    expect(verdictOf(recordWith(), 'rules')).to.include({
      outcome: 'pass',
      message: '1 rules were evaluated without an error',
    });
    expect(verdictOf(recordWithout('rules'), 'rules').outcome).to.equal('broken');
    expect(verdictOf(withRules({ health: [health({ evaluations: 0 })] }), 'rules').outcome).to.equal(
      'broken',
    );
  });

  it('does not exist in records of older versions', () => {
    const { verdicts, outcome } = judge({ ...recordWithout('rules'), version: 2 });
    expect(verdicts.map(({ id }) => id)).not.to.include('drill/rules');
    expect(outcome).to.equal('pass');
  });

  describe('that are evaluated', () => {
    const failing = (changes: Partial<RuleHealthEvidence> = {}) =>
      withRules({
        health: [
          health({}),
          health({
            name: 'PaymentsFailing',
            group: 'failing',
            file: 'prometheus/rules/failing.yml',
            failed: 30,
            failing: true,
            lastError: 'found duplicate series for the match group',
            ...changes,
          }),
        ],
      });

    it('fails for a rule that fails at each evaluation, and other checks are judged', () => {
      const verdict = verdictOf(failing(), 'rules');
      expect(verdict.outcome).to.equal('fail');
      expect(verdict.message).to.equal(
        'the rule PaymentsFailing (prometheus/rules/failing.yml, group failing) fails to evaluate: found duplicate series for the match group',
      );
      const { rules, ...others } = outcomesOf(failing());
      expect(rules).to.equal('fail');
      expect(new Set(Object.values(others))).to.deep.equal(new Set(['pass']));
      expect(judge(failing()).outcome).to.equal('fail');
    });

    it('fails for a recording rule, and for a rule that failed only during the fault', () => {
      const verdict = verdictOf(failing({ kind: 'recording', failed: 4, failing: false }), 'rules');
      expect(verdict.message).to.match(/^the recording rule PaymentsFailing /);
      expect(verdict.evidence.join('\n')).to.include('4 of the 35 evaluations that were seen failed\n');
    });

    it('fails for a Grafana rule, and for a single evaluation that failed', () => {
      const verdict = verdictOf(
        failing({ manager: 'grafana', file: 'shop', evaluations: 1, failed: 1 }),
        'rules',
      );
      expect(verdict.message).to.include('PaymentsFailing (Grafana, folder shop, group failing)');
    });

    it('passes with a single failed evaluation among many', () => {
      expect(verdictOf(failing({ failed: 1, failing: false }), 'rules').outcome).to.equal('pass');
    });
  });

  describe('that are noisy while nothing is broken', () => {
    const lines: [name: string, found: RuleNoise, ...says: string[]][] = [
      [
        'value and threshold',
        noise(),
        'SlowJobs (prometheus/rules/jobs.yml, group jobs) fires while nothing is broken: its value is 1200, and the threshold is > 500',
      ],
      [
        'the `bool`',
        noise({
          query: 'queue_depth > bool 50',
          bool: { left: 'queue_depth', operator: '>', right: '50', observed: { min: 3, max: 3 } },
        }),
        '`> bool 50` gives 0 or 1 and drops nothing, so that the alert is true whatever the value, 3 now',
      ],
      [
        'the operand of `or` that is compared with nothing',
        noise({ query: 'sum(rate(errors[5m])) or vector(0) > 5', value: 0 }),
        'its value is 0, and sum(rate(errors[5m])) is compared with nothing, because comparisons bind more tightly than `or`',
      ],
      [
        'the selector without series',
        noise({
          query: 'absent(up{job="cron"})',
          unread: [selector('up{job="cron"}')],
        }),
        'no series answers to up{job="cron"}',
      ],
      [
        'what noDataState makes of it',
        noise({
          manager: 'grafana',
          file: 'shop',
          state: 'no data',
          noDataState: 'NoData',
          unread: [selector('queue_len', ['queue_length'])],
        }),
        'SlowJobs (Grafana, folder shop, group jobs) has no data while nothing is broken: no series answers to queue_len, and noDataState is NoData, which sends DatasourceNoData',
      ],
      [
        'what execErrState makes of it',
        noise({
          manager: 'grafana',
          file: 'shop',
          state: 'error',
          execErrState: 'Alerting',
          lastError: 'no such data source',
        }),
        'fails to evaluate while nothing is broken: no such data source, and execErrState is Alerting, which sends the alert itself',
      ],
      [
        'both sides of a comparison between vectors',
        noise({
          query: 'errors > on () limit',
          value: 9,
          versus: {
            ...{ expressions: { left: 'errors', right: 'limit' }, operator: '>' },
            ...{ labels: {}, left: 9, right: 3 },
          },
        }),
        'its value is 9, and it is compared with > limit, which is 3',
      ],
      [
        'that a series was missing, of a rule on absence',
        noise({ query: 'absent(up{job="shop"})' }),
        'it is true while there is no up{job="shop"}',
      ],
      [
        'that it takes the route of whatever has none',
        noise({ query: 'vector(1)', isConstant: true, route: 'default' }),
        'it fires all the time, on the route of whatever has none',
      ],
    ];
    for (const [name, found, ...says] of lines) {
      it(`says ${name}`, () => {
        // Without its own comparison, a noise entry must not use the default's.
        const own = found.query === 'job_seconds > 500' ? found : withoutComparison(found);
        const verdict = verdictOf(ended(own), 'rules');
        expect(verdict.outcome).to.equal('fail');
        for (const text of says) expect(verdict.message).to.include(text);
      });
    }

    const withoutComparison = ({ comparison: _, ...rest }: RuleNoise): RuleNoise => rest;

    it('fail the drill, and nothing else is judged; the most severe line comes first', () => {
      const record = ended(noise({ name: 'Late', state: 'pending' }), noise());
      const { verdicts, outcome } = judge(record);
      expect(outcome).to.equal('fail');
      const rules = verdicts.find(({ id }) => id === 'drill/rules');
      expect(rules?.message).to.match(/^SlowJobs .* \(and 1 more\)$/);
      for (const verdict of verdicts) {
        if (verdict === rules) continue;
        expect(verdict.outcome).to.equal('broken');
        expect(verdict.message).to.match(/^not judged: SlowJobs .* fires while nothing is broken/);
      }
    });

    it('do not change the outcome broken, with another problem or after a failed teardown', () => {
      const record = ended(noise());
      const problem = { kind: 'broken' as const, problems: [{ where: 'k6', message: 'ended' }] };
      expect(judge({ ...record, problem }).outcome).to.equal('broken');
      const left = [{ what: 'prometheus', message: 'still runs' }];
      expect(judge({ ...record, teardownFailures: left }).outcome).to.equal('broken');
      expect(judge(ended()).outcome).to.equal('broken');
    });
  });

  describe('that fire all the time', () => {
    const always = (changes: Partial<AlwaysFiring> = {}): AlwaysFiring => ({
      manager: 'prometheus',
      name: 'Heartbeat',
      file: 'prometheus/rules/meta.yml',
      group: 'meta',
      query: 'vector(1)',
      labels: { severity: 'none' },
      declared: false,
      contactPoints: ['heartbeat'],
      notifies: true,
      firing: [{ from: at(-5), to: at(30) }],
      ...changes,
    });
    const beat = (seconds: number, changes: Parameters<typeof pageAt>[1] = {}) =>
      pageAt(seconds, {
        receiver: 'webhook',
        alert: 'Heartbeat',
        labels: { alertname: 'Heartbeat', severity: 'none' },
        contactPoints: ['heartbeat'],
        delivery: 7,
        ...changes,
      });
    const watched = (one: AlwaysFiring, ...pages: ReturnType<typeof beat>[]) =>
      withRules({ alwaysFiring: [one] }, { pages: [...recordWith().pages, ...pages] });

    it('pass with repeats of their page, which are accepted', () => {
      const record = watched(always(), beat(-4), beat(8), beat(20));
      expect(outcomesOf(record)).to.include({ 'no-other-page': 'pass', rules: 'pass' });
    });

    it("may pause if the dead-man's switch is to notice it, and must fire again", () => {
      const scenario = scenarioWith({
        with: ['watchers'],
        expectations: [
          { kind: 'dead-mans-switch', receiver: 'pagerduty', within: '5m', resolvedWithin: '5m' },
        ],
      });
      const silenced = (...firing: AlwaysFiring['firing']) =>
        verdictOf({ ...watched(always({ firing }), beat(-4)), scenario }, 'rules').outcome;
      expect(silenced({ from: at(-5), to: at(2) }, { from: at(15), to: at(30) })).to.equal('pass');
      expect(silenced({ from: at(-5), to: at(2) })).to.equal('fail');
    });

    it('fail if they stopped, paused, or never fired', () => {
      const rows: [firing: AlwaysFiring['firing'], says: string][] = [
        [[{ from: at(-5), to: at(12) }], 'stopped 18.0 s before the end'],
        [
          [
            { from: at(-5), to: at(12) },
            { from: at(15), to: at(30) },
          ],
          'paused after 17.0 s',
        ],
        [[], 'did not fire'],
      ];
      for (const [firing, says] of rows) {
        const verdict = verdictOf(watched(always({ firing }), beat(-4)), 'rules');
        expect(verdict.outcome).to.equal('fail');
        expect(verdict.message).to.include('Heartbeat').and.include(says);
      }
    });

    it('fail without a page if their route leads to a receiver', () => {
      expect(verdictOf(watched(always()), 'rules').message).to.include('no page of it arrived at heartbeat');
      expect(verdictOf(watched(always({ notifies: false })), 'rules').outcome).to.equal('pass');
      const declared = always({ declared: true, receiver: 'pagerduty' });
      expect(verdictOf(watched(declared, beat(1)), 'rules').message).to.include('arrived at pagerduty');
    });

    it('pass by the notifications of their manager, whatever the message shows', () => {
      const record = watched(always());
      const alert = {
        labels: { alertname: 'Heartbeat' },
        annotations: {},
        startsAt: at(-5),
        fingerprint: 'f',
      };
      const notifications: Unjudged['notifications'] = [
        {
          ...{ manager: 'prometheus', contactPoint: 'heartbeat', kind: 'webhook', index: 0 },
          ...{ at: at(1), monotonicMs: 1, groupKey: '{}', delivery: 0 },
          alerts: [{ status: 'firing', ...alert }],
        },
      ];
      expect(verdictOf({ ...record, notifications }, 'rules').outcome).to.equal('pass');
    });

    it('are another page through another contact point', () => {
      const record = watched(always(), beat(-4), beat(8, { contactPoints: ['slack'] }));
      expect(outcomesOf(record)['no-other-page']).to.equal('fail');
    });
  });

  describe('whose labels change', () => {
    const state = (value: string, from: number, to: number, alertstate = 'pending') => ({
      labels: { alertname: alertName, job: 'storefront', share: value, alertstate },
      from: at(from),
      to: at(to),
    });
    const { rule } = evidenceOf();
    if (!rule) throw new Error('the fixture has no rule');
    const drill = (template: string, ...states: ReturnType<typeof state>[]) =>
      recordWith({
        evidence: {
          alerts: [
            evidenceOf({
              rule: { ...rule, labels: { ...rule.labels, share: template } },
              pending: states.filter(({ labels }) => labels.alertstate === 'pending'),
              firing: states.filter(({ labels }) => labels.alertstate === 'firing'),
            }),
          ],
        },
      });
    const values = ['0.48', '0.51', '0.5'];

    it('fails although the page came, and names label and template', () => {
      const states = values.map((value, i) => state(value, 2 + i, 2.5 + i, 'firing'));
      const verdict = verdictOf(drill('{{ $value }}', ...states), 'rules');
      expect(verdict.outcome).to.equal('fail');
      expect(verdict.message).to.include(alertName).and.include('change while it is active');
      expect(verdict.evidence.join('\n'))
        .to.include('share took 3 values, one after the other: "0.48", "0.51", "0.5"')
        .and.include('the rule sets share to {{ $value }}');
    });

    it('fails also if another rule of its name keeps its labels', () => {
      const { evidence, ...changing } = drill(
        '{{ $value }}',
        ...values.map((value, i) => state(value, 2 + i, 2.5 + i)),
      );
      const alerts = [...(evidence?.alerts ?? []), evidenceOf({ rule: { ...rule, index: 7 } })];
      const both = { ...changing, ...(evidence ? { evidence: { ...evidence, alerts } } : {}) };
      expect(verdictOf(both, 'rules').outcome).to.equal('fail');
    });

    it('passes with constant labels, and with several instances that come and go', () => {
      expect(
        verdictOf(drill('{{ $value }}', state('0.5', 2, 9), state('0.5', 10, 20, 'firing')), 'rules').outcome,
      ).to.equal('pass');
      const beside = values.map((value, i) => state(value, 2 + i, 12 + i));
      expect(verdictOf(drill('{{ $labels.pod }}', ...beside), 'rules').outcome).to.equal('pass');
      const apart = values.map((value, i) => state(value, 2 + 8 * i, 3 + 8 * i));
      expect(verdictOf(drill('{{ $value }}', ...apart), 'rules').outcome).to.equal('pass');
    });
  });
});
