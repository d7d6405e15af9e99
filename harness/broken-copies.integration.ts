import { expect } from 'chai';
import { checkoutErrors } from '../scenarios/checkout-errors.ts';
import {
  checkIds,
  drillsOnBrokenCopies,
  likeCheckoutErrors,
  oneMoreRule,
  routes,
  rules,
} from './testing/broken-copy.ts';
import { expectCause, expectFailed, expectUnjudged } from './testing/expect-outcome.ts';

const { arrives, labels, says, runbook, stays, resolved, noOther, nothingLeft, rules: ruleHealth } = checkIds;
/** The checks that fail if no page arrives. */
const thePage = [arrives, labels, says, runbook, stays, resolved];

/*
 * Common defects of alerting, one drill each. The drill must fail the right
 * checks for the right reason. Drills on sound configurations are in scenarios.integration.ts.
 */
describe('a drill on a broken copy', () => {
  const drill = drillsOnBrokenCopies();

  drill(
    'whose rule reads a metric that does not exist names the nearest one',
    { changed: { [rules]: [['otel_app_checkout_errors_total[', 'otel_app_checkout_failures_total[']] } },
    (ended) => {
      const cause = 'a metric that the rule reads does not exist';
      const evidence = expectCause(ended, thePage, 'expression true', cause);
      expect(evidence).to.match(/otel_app_checkout_failures_total: no series/);
      expect(evidence).to.match(/nearest existing metrics: .*otel_app_checkout_errors_total/);
      expect(ended.stderr).to.match(/last seen: no page CheckoutErrorRateHigh at slack yet$/m);
    },
  );

  drill(
    'whose threshold is out of reach shows the largest value',
    { changed: { [rules]: [['> 0.05', '> 0.99']] } },
    (ended) => {
      const evidence = expectCause(ended, thePage, 'expression true', 'the threshold was never crossed');
      const [, largest] = /was at most (\S+) since the fault; it must be > 0\.99$/.exec(evidence) ?? [];
      // Half of the payments fail; in a short window it may be a few more or less.
      expect(Number(largest)).to.be.greaterThan(0.3).and.lessThan(0.9);
    },
  );

  drill(
    'whose `for` is longer than the fault shows the longest stretch',
    {
      changed: { [rules]: [['for: 2m', 'for: 15m']] },
      scenario: likeCheckoutErrors({ belowFloor: true }),
    },
    (ended) => {
      const evidence = expectCause(ended, thePage, 'firing', '`for` was never satisfied');
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
      const [left, right, how] = expectCause(ended, thePage, 'expression true', cause).split('\n');
      expect(left).to.match(/checkout_errors_total.*reason="payment_failed"/);
      expect(right)
        .to.match(/checkout_attempts_total.*job="storefront"/)
        .and.not.to.match(/reason/);
      expect(how).to.equal('/ pairs them by all labels');
    },
  );

  drill(
    'whose route leads to another receiver names the route, and the page that arrived there',
    {
      changed: {
        [routes]: [['receiver: slack', 'receiver: pagerduty']],
      },
    },
    (ended) => {
      const cause = 'the alert was routed elsewhere';
      const evidence = expectCause(ended, [...thePage, noOther], 'page received', cause);
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
    'whose route leads to another team on Slack names it; the page of that team is sound',
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
      const evidence = expectCause(ended, missing, 'page received', 'the alert was routed elsewhere');
      expect(evidence).to.match(/^Alertmanager sends it to platform, not to slack$/m);
      expect(evidence).to.match(/^its page arrived at slack through platform$/m);
    },
  );

  drill(
    'whose receiver refuses the page shows its status and answer',
    { scenario: { ...checkoutErrors, refusing: { slack: 500 } } },
    (ended) => {
      const evidence = expectCause(ended, thePage, 'page received', 'the receiver refused the page');
      expect(evidence).to.match(/slack \/services\/\S+: 500 refused, as the scenario says/);
    },
  );

  drill(
    'whose group waits too long names group_wait as the delay',
    {
      changed: { [routes]: [['group_wait: 10s', 'group_wait: 3m']] },
      scenario: likeCheckoutErrors({ belowFloor: true }),
    },
    (ended) => {
      const evidence = expectCause(ended, [arrives], 'page received', 'the page arrived late');
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
      const evidence = expectCause(ended, [arrives, labels], 'page received', cause);
      expect(evidence)
        .to.match(/^expected: .*team="checkout"/m)
        .and.to.match(/^page at .*team="payments"/m);
      expect(expectFailed(ended, arrives, labels).get(labels)?.message).to.equal(
        'team is "payments" instead of "checkout"',
      );
    },
  );

  drill(
    'whose page is resolved too late fails only that check',
    { scenario: likeCheckoutErrors({ resolvedWithin: '2m30s', belowFloor: true }) },
    (ended) => {
      const verdict = expectFailed(ended, resolved).get(resolved);
      expect(verdict?.message).to.match(/^resolved \S+ s after the last request hit, \S+ s too late$/);
      expect(verdict?.evidence.join('\n')).to.match(/expression false: \S+ s after the last request hit/);
    },
  );

  drill(
    'whose rule has no runbook fails only that check',
    {
      changed: { [rules]: [['          runbook: https://runbooks.internal/payments/checkout-errors\n', '']] },
    },
    (ended) =>
      expect(expectFailed(ended, runbook).get(runbook)?.message).to.equal(
        'the page has no link to a runbook',
      ),
  );

  drill(
    'whose runbook link is dead fails only that check',
    { changed: { [rules]: [['/payments/checkout-errors', '/payments/checkout-eros']] } },
    (ended) =>
      expect(expectFailed(ended, runbook).get(runbook)?.message).to.match(/payments\/checkout-eros: 404$/),
  );

  drill(
    'where a second alert pages fails only because of the other page',
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
    'whose alert ends while the fault lasts shows that, and that it was resolved before the revert',
    {
      // The time until a window of 5 m no longer contains the fault is not tested here.
      scenario: likeCheckoutErrors({ belowFloor: true }),
      // True of the first errors only: 825 in 5 m are 55 in the 20 s of this pace; four a second, so for about 14 s.
      changed: {
        [rules]: [
          ['> 0.05\n', '> 0.05 and sum by (job) (increase(otel_app_checkout_errors_total[5m])) < 825\n'],
        ],
      },
    },
    (ended) => {
      // Because of the window of 5 m, the fault is held for longer than group_interval.
      const verdict = expectFailed(ended, stays, resolved).get(stays);
      expect(verdict?.message).to.match(/^it was resolved at slack \S+ s before the fault was reverted$/);
      expect(verdict?.evidence.join('\n')).to.match(
        /^firing \{.*\} from \S+ s to \S+ s after the injection$/m,
      );
    },
  );

  drill(
    'where an alert without a notifier never ends fails only because it is left active',
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
    'where an alert fires all the time on the default route fails the check of the rules, and judges nothing else',
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
    'where a rule reads a job that never existed fails the check of the rules, and names the selector',
    { added: oneMoreRule('NightlyJobMissing', 'absent(up{job="nightly"})') },
    (ended) =>
      expect(expectFailed(ended, ruleHealth).get(ruleHealth)?.message).to.match(
        /^NightlyJobMissing .* fires while nothing is broken: no series answers to up\{job="nightly"\}$/,
      ),
  );

  drill(
    'whose rule compares with `bool` fails the check of the rules, and shows the `bool` and the value',
    { changed: { [rules]: [['> 0.05', '> bool 0.05']] } },
    (ended) =>
      expect(expectFailed(ended, ruleHealth).get(ruleHealth)?.message).to.match(
        /^CheckoutErrorRateHigh .*`> bool 0\.05` gives 0 or 1 .* whatever the value, 0 now$/,
      ),
  );

  drill(
    'where a recording rule fails at each evaluation is judged, and fails only the check of the rules',
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
    'whose rule puts its value into a label shows why it never fires',
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
      const evidence = expectCause(ended, [...thePage, ruleHealth], 'firing', cause);
      expect(evidence)
        .to.match(/^share took \d+ values, one after the other/m)
        .and.to.match(/^the rule sets share to \{\{ \$value \}\}/m);
    },
  );

  drill(
    'whose targets are down is broken, although an alert fires because of it',
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
