import { expect } from 'chai';
import { checkoutErrors } from '../scenarios/checkout-errors.ts';
import {
  checks,
  drillsOnBrokenCopies,
  likeCheckoutErrors,
  oneMoreRule,
  routes,
  rules,
} from './testing/broken-copy.ts';
import { expectDied, expectFailed, expectUnjudged } from './testing/judged.ts';

const { arrives, labels, says, runbook, stays, resolved, noOther, nothingLeft, rules: ruleHealth } = checks;
/** What fails with a page that never comes: there is nothing to look at. */
const thePage = [arrives, labels, says, runbook, stays, resolved];

/*
 * Every way in which alerting is broken in practice, one drill each. The drill must go red, by the right
 * checks and for the right reason; what a drill on a sound configuration does is told elsewhere.
 */
describe('a drill on a broken copy', () => {
  const drill = drillsOnBrokenCopies();

  drill(
    'whose rule reads a metric that does not exist names the nearest one',
    { changed: { [rules]: [['otel_app_checkout_errors_total[', 'otel_app_checkout_failures_total[']] } },
    (ended) => {
      const cause = 'a metric that the rule reads does not exist';
      const evidence = expectDied(ended, thePage, 'expression true', cause);
      expect(evidence).to.match(/otel_app_checkout_failures_total: no series/);
      expect(evidence).to.match(/nearest existing metrics: .*otel_app_checkout_errors_total/);
      expect(ended.stderr).to.match(/last seen: no page CheckoutErrorRateHigh at slack yet$/m);
    },
  );

  drill(
    'whose threshold is out of reach tells the largest value',
    { changed: { [rules]: [['> 0.05', '> 0.99']] } },
    (ended) => {
      const evidence = expectDied(ended, thePage, 'expression true', 'the threshold was never crossed');
      const [, largest] = /was at most (\S+) since the fault; it must be > 0\.99$/.exec(evidence) ?? [];
      // Half of the payments fail; in a short window it may be a few more or less.
      expect(Number(largest)).to.be.greaterThan(0.3).and.lessThan(0.9);
    },
  );

  drill(
    'whose `for` is longer than the fault lasts tells the longest stretch',
    {
      changed: { [rules]: [['for: 2m', 'for: 15m']] },
      scenario: likeCheckoutErrors({ belowFloor: true }),
    },
    (ended) => {
      const evidence = expectDied(ended, thePage, 'firing', '`for` was never satisfied');
      const [, stretch] = /^longest true stretch: (\S+) s; for: 60\.0 s$/m.exec(evidence) ?? [];
      expect(Number(stretch)).to.be.greaterThan(10).and.lessThan(60);
    },
  );

  drill(
    'whose two sides have different labels shows them',
    {
      changed: {
        [rules]: ['errors', 'attempts'].map((name) => {
          const counter = `rate(otel_app_checkout_${name}_total[1m])`;
          return [`sum by (job) (${counter})`, counter] as const;
        }),
      },
    },
    (ended) => {
      const cause = 'both sides of an operation exist but match no labels';
      const [left, right, how] = expectDied(ended, thePage, 'expression true', cause).split('\n');
      expect(left).to.match(/checkout_errors_total.*reason="payment_failed"/);
      expect(right)
        .to.match(/checkout_attempts_total.*job="storefront"/)
        .and.not.to.match(/reason/);
      expect(how).to.equal('/ pairs them by all labels');
    },
  );

  drill(
    'whose route goes to another receiver names the route, and the page that came there',
    {
      changed: {
        [routes]: [['receiver: slack', 'receiver: pagerduty']],
      },
    },
    (ended) => {
      const cause = 'the alert was routed elsewhere';
      const evidence = expectDied(ended, [...thePage, noOther], 'page received', cause);
      expect(evidence).to.match(/^Alertmanager sends it to pagerduty, not to slack$/m);
      expect(evidence).to.match(/^the route taken: .*severity="critical".* → pagerduty$/m);
      expect(expectFailed(ended, ...thePage, noOther).get(noOther)?.message).to.equal(
        'CheckoutErrorRateHigh at pagerduty: expected at slack only',
      );
      const through = new Set(ended.kept?.record.pages.flatMap(({ contactPoints = [] }) => contactPoints));
      expect(through).to.deep.equal(new Set(['pagerduty']));
    },
  );

  const platform =
    'receivers:\n  - name: platform\n    slack_configs: [{ api_url: https://hooks.slack.com/services/T00000000/B00000001/YYYYYYYYYYYYYYYYYYYYYYYY, send_resolved: true }]\n';
  const through = (contactPoint: string) =>
    likeCheckoutErrors({ contactPoint, labels: {}, runbook: false }).expectations;

  drill(
    'whose route goes to another team on Slack names it; the page of that team holds',
    {
      changed: {
        [routes]: [
          ['receiver: slack', 'receiver: platform'],
          ['receivers:\n', platform],
        ],
      },
      scenario: {
        ...checkoutErrors,
        proofs: [],
        expectations: [...through('platform'), ...through('slack')],
      },
    },
    (ended) => {
      const second = 'CheckoutErrorRateHigh@slack#2';
      const missing = ['arrives', 'labels', 'says', 'stays', 'resolved'].map((check) => `${second}/${check}`);
      const evidence = expectDied(ended, missing, 'page received', 'the alert was routed elsewhere');
      expect(evidence).to.match(/^Alertmanager sends it to platform, not to slack$/m);
      expect(evidence).to.match(/^its page arrived at slack through platform$/m);
    },
  );

  drill(
    'whose receiver refuses tells its status and answer',
    { scenario: { ...checkoutErrors, refusing: { slack: 500 } } },
    (ended) => {
      const evidence = expectDied(ended, thePage, 'page received', 'the receiver refused the page');
      expect(evidence).to.match(/slack \/services\/\S+: 500 refused, as the scenario says/);
    },
  );

  drill(
    'whose group waits too long tells that this took the time',
    {
      changed: { [routes]: [['group_wait: 10s', 'group_wait: 3m']] },
      scenario: likeCheckoutErrors({ belowFloor: true }),
    },
    (ended) => {
      const evidence = expectDied(ended, [arrives], 'page received', 'the page arrived late');
      expect(evidence).to.match(
        /^up to "page received" it took 1[12]\.\d s; the configuration explains up to 12\.0 s$/m,
      );
      expect(expectFailed(ended, arrives).get(arrives)?.message).to.match(
        /^arrived 2\d\.\d s after the first request hit, .* too late$/,
      );
    },
  );

  drill(
    'whose page has another label than expected shows both values',
    { scenario: likeCheckoutErrors({ labels: { severity: 'critical', team: 'checkout' } }) },
    (ended) => {
      const cause = 'a page arrived but its labels did not match';
      const evidence = expectDied(ended, [arrives, labels], 'page received', cause);
      expect(evidence)
        .to.match(/^expected: .*team="checkout"/m)
        .and.to.match(/^page at .*team="payments"/m);
      expect(expectFailed(ended, arrives, labels).get(labels)?.message).to.equal(
        'team is "payments" instead of "checkout"',
      );
    },
  );

  drill(
    'whose page is resolved too late fails that check alone',
    { scenario: likeCheckoutErrors({ resolvedWithin: '2m30s', belowFloor: true }) },
    (ended) => {
      const verdict = expectFailed(ended, resolved).get(resolved);
      expect(verdict?.message).to.match(/^resolved \S+ s after the last request hit, \S+ s too late$/);
      expect(verdict?.evidence.join('\n')).to.match(/expression false: \S+ s after the last request hit/);
    },
  );

  drill(
    'whose rule has no runbook fails that check alone',
    {
      changed: { [rules]: [['          runbook: https://runbooks.internal/payments/checkout-errors\n', '']] },
    },
    (ended) =>
      expect(expectFailed(ended, runbook).get(runbook)?.message).to.equal(
        'the page has no link to a runbook',
      ),
  );

  drill(
    'whose runbook leads nowhere fails that check alone',
    { changed: { [rules]: [['/payments/checkout-errors', '/payments/checkout-eros']] } },
    (ended) =>
      expect(expectFailed(ended, runbook).get(runbook)?.message).to.match(/payments\/checkout-eros: 404$/),
  );

  drill(
    'where a second alert pages fails by the other page alone',
    {
      added: oneMoreRule(
        'PaymentsFailing',
        'rate(otel_app_checkout_errors_total{reason="payment_failed"}[1m]) > 0',
      ),
    },
    (ended) =>
      expect(expectFailed(ended, noOther).get(noOther)?.message).to.match(
        /^PaymentsFailing at webhook: no page of this alert is expected/,
      ),
  );

  drill(
    'whose alert gives up while the fault goes on says so, and that it was resolved before the revert',
    {
      // What it needs to be free of a window of 5 m is no part of this.
      scenario: likeCheckoutErrors({ belowFloor: true }),
      // True of the first errors only: 825 in 5 m are 55 in the 20 s of this pace; four a second, so for about 14 s.
      changed: {
        [rules]: [
          ['> 0.05\n', '> 0.05 and sum by (job) (increase(otel_app_checkout_errors_total[5m])) < 825\n'],
        ],
      },
    },
    (ended) => {
      // The window of 5 m holds the fault on for longer than group_interval.
      const verdict = expectFailed(ended, stays, resolved).get(stays);
      expect(verdict?.message).to.match(/^it was resolved at slack \S+ s before the fault was reverted$/);
      expect(verdict?.evidence.join('\n')).to.match(
        /^firing \{.*\} from \S+ s to \S+ s after the injection$/m,
      );
    },
  );

  drill(
    'where an alert that nobody is told of never ends fails by what is left alone',
    {
      changed: {
        [routes]: [
          [
            '  routes:\n',
            '  routes:\n    - { matchers: [alertname = CheckoutErrorSeen], receiver: nobody }\n',
          ],
          ['receivers:\n', 'receivers:\n  - name: nobody\n'],
        ],
      },
      added: oneMoreRule('CheckoutErrorSeen', 'sum by (job) (otel_app_checkout_errors_total) > 0'),
    },
    (ended) => {
      const verdict = expectFailed(ended, nothingLeft).get(nothingLeft);
      expect(verdict?.message).to.equal('CheckoutErrorSeen was still firing at the end');
      expect(verdict?.evidence.join('\n')).to.match(
        /^Prometheus: CheckoutErrorSeen \{.*\} firing, since \S+ \S+ after the fault began, rule of .*one-more\.yml, group one-more$/,
      );
    },
  );

  drill(
    'whose burst of failures is over before its page came holds',
    {
      changed: { [rules]: [['for: 2m', 'for: 0s']] },
      scenario: {
        ...likeCheckoutErrors({ labels: { severity: 'critical' } }),
        fault: { ...checkoutErrors.fault, lasts: '30s', atLeast: 3 },
        proofs: [],
      },
    },
    (ended) => {
      const { record } = ended.kept ?? {};
      expect(record?.outcome).to.equal('pass');
      const { injectedAt = Number.NaN, heldUntil = Number.NaN } = record?.faultWindow ?? {};
      expect(heldUntil - injectedAt).to.be.at.least(2_000);
      const names = record?.phases.map(({ name }) => name) ?? [];
      expect(names.indexOf('revert')).to.be.lessThan(names.indexOf('await pages'));
      expect(record?.verdicts.map(({ id }) => id)).not.to.include(stays);
    },
  );

  drill(
    'whose fault has no effect proves nothing',
    { scenario: { ...checkoutErrors, fault: { ...checkoutErrors.fault, params: { share: 0 } } } },
    (ended) => {
      const said = expectUnjudged(ended, 'broken', 'prove fault');
      expect(said).to.match(/10 requests of journey checkout with status 502; last seen: 0 so far/);
      expect(said).to.match(/the fault had no effect/);
    },
  );

  drill(
    'where an alert fires all the time on the default route fails by the rules, and judges nothing else',
    { added: oneMoreRule('AlwaysOn', 'vector(1)') },
    (ended) => {
      const said = expectFailed(ended, ruleHealth).get(ruleHealth);
      expect(said?.message).to.equal(
        'AlwaysOn (prometheus/rules/one-more.yml, group one-more) fires while nothing is broken: it fires all the time, on the route of whatever has none',
      );
      expect(said?.evidence.join('\n')).to.match(/it has paged webhook/);
      expect(ended.kept?.record.faultWindow).to.equal(undefined);
    },
  );

  drill(
    'where a rule reads a job that never was fails by the rules, and names the selector',
    { added: oneMoreRule('NightlyJobMissing', 'absent(up{job="nightly"})') },
    (ended) =>
      expect(expectFailed(ended, ruleHealth).get(ruleHealth)?.message).to.match(
        /^NightlyJobMissing .* fires while nothing is broken: no series answers to up\{job="nightly"\}$/,
      ),
  );

  drill(
    'whose rule compares with `bool` fails by the rules, and shows the `bool` and the value',
    { changed: { [rules]: [['> 0.05', '> bool 0.05']] } },
    (ended) =>
      expect(expectFailed(ended, ruleHealth).get(ruleHealth)?.message).to.match(
        /^CheckoutErrorRateHigh .*`> bool 0\.05` gives 0 or 1 .* whatever the value, 0 now$/,
      ),
  );

  drill(
    'where a recording rule fails at each evaluation is judged, and fails by the rules alone',
    {
      added: {
        'prometheus/rules/recorded.yml': JSON.stringify({
          groups: [
            {
              name: 'recorded',
              rules: [
                {
                  record: 'shop:share',
                  expr: 'otel_app_checkout_attempts_total / on () otel_app_http_request_duration_milliseconds_count',
                },
              ],
            },
          ],
        }),
      },
    },
    (ended) =>
      expect(expectFailed(ended, ruleHealth).get(ruleHealth)?.message).to.match(
        /^the recording rule shop:share .* fails to evaluate: found duplicate series/,
      ),
  );

  drill(
    'whose rule puts its value into a label is told why it never fires',
    {
      changed: {
        [rules]: [
          [
            'severity: critical\n          team: payments\n',
            'severity: critical\n          team: payments\n          share: "{{ $value }}"\n',
          ],
        ],
      },
    },
    (ended) => {
      const cause = 'its labels change while it is pending, so that `for` starts anew each time';
      const evidence = expectDied(ended, [...thePage, ruleHealth], 'firing', cause);
      expect(evidence)
        .to.match(/^share took \d+ values, one after the other/m)
        .and.to.match(/^the rule sets share to \{\{ \$value \}\}/m);
    },
  );

  drill(
    'whose targets are down is broken, though an alert fires by it',
    {
      changed: {
        'prometheus/prometheus.yml': [
          ['honor_labels: true', 'honor_labels: true\n    metrics_path: /nowhere'],
        ],
      },
      added: oneMoreRule('ScrapeFails', 'up == 0'),
    },
    (ended) => {
      const said = expectUnjudged(ended, 'broken', 'quiet gate');
      expect(said)
        .to.match(/target \S+ \(\S+\) is down/)
        .and.to.match(/alert ScrapeFails is (pending|firing)/);
    },
  );
});
