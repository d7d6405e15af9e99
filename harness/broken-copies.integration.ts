import { expect } from 'chai';
import type { HopName } from '../core/hops.ts';
import type { Verdict } from '../core/record.ts';
import { checkoutErrors } from '../scenarios/checkout-errors.ts';
import { drillOnBrokenAlerts } from './testing/broken-alerts.ts';
import { addedRules, checkIds, drillOnBrokenCopy, routes, rules } from './testing/broken-copy.ts';
import { expectFailed, expectUnjudged } from './testing/expect-outcome.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';

const { noOther, nothingLeft, rules: ruleHealth } = checkIds;
/** The checks that fail if no page arrives. */
const thePage = ['arrives', 'labels', 'says', 'runbook', 'stays', 'resolved'];

/** The evidence of a missing or late page. */
function evidenceOf(failed: ReadonlyMap<string, Verdict>, hop: HopName, cause: string): string {
  const [first] = failed.values();
  expect(first?.autopsy).to.include({ hop, cause });
  return (first?.autopsy?.evidence ?? []).join('\n');
}

const messageOf = (failed: ReadonlyMap<string, Verdict>, check: string): string =>
  failed.get(check)?.message ?? '';

/*
 * Common defects of alerting. A drill must fail the right checks for the right reason. Defects of single alerts share a
 * drill. Drills on sound configurations are in scenarios.integration.ts, and drills on further copies in
 * broken-copies.nightly.ts.
 */
describe('a drill on a broken copy', () => {
  const command = overlappingCommands();
  const drill = drillOnBrokenCopy(command, 'metrics');

  drillOnBrokenAlerts(
    command,
    'on alerts whose pages do not arrive',
    [
      {
        alert: 'ReadsNoMetric',
        title: 'the rule reads a metric that does not exist; the nearest one is named',
        rule: [['otel_app_checkout_errors_total[', 'otel_app_checkout_failures_total[']],
        fails: thePage,
        check: (failed, { stderr }) => {
          const cause = 'a metric that the rule reads does not exist';
          const evidence = evidenceOf(failed, 'expression true', cause);
          expect(evidence).to.match(/otel_app_checkout_failures_total: no series/);
          expect(evidence).to.match(/nearest existing metrics: .*otel_app_checkout_errors_total/);
          expect(stderr).to.match(/last seen: .*no page ReadsNoMetric at slack yet/);
        },
      },
      {
        alert: 'ThresholdTooHigh',
        title: 'the threshold is out of reach; the largest value is shown',
        rule: [['> 0.05', '> 0.99']],
        fails: thePage,
        check: (failed) => {
          const evidence = evidenceOf(failed, 'expression true', 'the threshold was never crossed');
          const [, largest] = /was at most (\S+) since the fault; it must be > 0\.99$/.exec(evidence) ?? [];
          // Half of the payments fail; in a short window it may be nearly all.
          expect(Number(largest)).to.be.within(0.3, 0.99);
        },
      },
      {
        alert: 'ForTooLong',
        title: '`for` is longer than the fault; the longest stretch is shown',
        rule: [['for: 2m', 'for: 15m']],
        expected: [{ belowFloor: true }],
        fails: thePage,
        check: (failed) => {
          const evidence = evidenceOf(failed, 'firing', '`for` was never satisfied');
          const [, stretch] = /^longest true stretch: (\S+) s; for: 60\.0 s$/m.exec(evidence) ?? [];
          expect(Number(stretch)).to.be.greaterThan(10).and.lessThan(60);
        },
      },
      {
        alert: 'SidesDiffer',
        title: 'the two sides have different labels; both are shown',
        rule: ['errors', 'attempts'].map((name) => {
          const counter = `rate(otel_app_checkout_${name}_total[1m])`;
          return [`sum by (job) (${counter})`, counter] as const;
        }),
        fails: thePage,
        check: (failed) => {
          const cause = 'both sides of an operation exist but match no labels';
          const [left, right, how] = evidenceOf(failed, 'expression true', cause).split('\n');
          expect(left).to.match(/checkout_errors_total.*reason="payment_failed"/);
          expect(right)
            .to.match(/checkout_attempts_total.*job="storefront"/)
            .and.not.to.match(/reason/);
          expect(how).to.equal('/ pairs them by all labels');
        },
      },
      {
        alert: 'ValueInLabel',
        title: 'the rule puts its value into a label; it is shown why it never fires',
        rule: [['team: payments\n', 'team: payments\n          share: "{{ $value }}"\n']],
        fails: thePage,
        check: (failed) => {
          const cause = 'its labels change while it is pending, so that `for` starts anew each time';
          expect(evidenceOf(failed, 'firing', cause))
            .to.match(/^share took \d+ values, one after the other/m)
            .and.to.match(/^the rule sets share to \{\{ \$value \}\}/m);
        },
      },
      {
        alert: 'RoutedElsewhere',
        title: 'the route leads to another receiver; the route and the page that arrived there are named',
        route: 'receiver: pagerduty',
        fails: thePage,
        check: (failed, { kept }) => {
          const evidence = evidenceOf(failed, 'page received', 'the alert was routed elsewhere');
          expect(evidence).to.match(/^Alertmanager sends it to pagerduty, not to slack$/m);
          expect(evidence).to.match(/^the route taken: .*alertname="RoutedElsewhere".* → pagerduty$/m);
          const verdict = kept?.record.verdicts.find(({ id }) => id === noOther);
          expect(verdict?.message).to.equal('RoutedElsewhere at pagerduty: expected at slack only');
          const through = kept?.record.pages.flatMap(({ alert, contactPoints = [] }) =>
            alert === 'RoutedElsewhere' ? contactPoints : [],
          );
          expect(new Set(through)).to.deep.equal(new Set(['pagerduty']));
        },
      },
      {
        alert: 'RoutedToAnotherTeam',
        title: 'the route leads to another team on Slack, which is named; the page of that team is sound',
        route: 'receiver: platform',
        expected: ['platform', 'slack'].map((contactPoint) => ({ contactPoint, labels: {}, runbook: false })),
        fails: ['arrives', 'labels', 'says', 'stays', 'resolved'].map((check) => `#2/${check}`),
        check: (failed) => {
          const evidence = evidenceOf(failed, 'page received', 'the alert was routed elsewhere');
          expect(evidence).to.match(/^Alertmanager sends it to platform, not to slack$/m);
          expect(evidence).to.match(/^its page arrived at slack through platform$/m);
        },
      },
      {
        alert: 'Refused',
        title: 'the receiver refuses the page; its status and answer are shown',
        route: 'receiver: webhook',
        expected: [{ receiver: 'webhook' }],
        fails: thePage,
        check: (failed) =>
          expect(evidenceOf(failed, 'page received', 'the receiver refused the page')).to.match(
            /webhook \/alerts: 500 refused, as the scenario says/,
          ),
      },
      {
        alert: 'SilencedForTooLong',
        title: 'a silence outlives its window; its author, reason and end are named',
        // The silence makes its floor longer than any target here.
        expected: [{ belowFloor: true }],
        fails: thePage,
        check: (failed) =>
          expect(evidenceOf(failed, 'page received', 'the alert was silenced')).to.match(
            /^silence \S+ by ann \(forgotten\) on \{alertname="SilencedForTooLong"\} ends at 20\S+Z$/m,
          ),
      },
      {
        alert: 'MutedElsewhere',
        title: 'the route is muted by the clock of another time zone; the interval is named',
        route: 'receiver: slack, mute_time_intervals: [any-time-in-kolkata]',
        fails: thePage,
        check: (failed) => evidenceOf(failed, 'page received', 'the alert was muted by any-time-in-kolkata'),
      },
    ],
    {
      changed: {
        [routes]: [
          [
            'receivers:\n',
            'time_intervals:\n  - name: any-time-in-kolkata\n    time_intervals: [{ times: [{ start_time: "00:00", end_time: "24:00" }], location: Asia/Kolkata }]\nreceivers:\n  - name: platform\n    slack_configs: [{ api_url: https://hooks.slack.com/services/T00000000/B00000001/YYYYYYYYYYYYYYYYYYYYYYYY, send_resolved: true }]\n',
          ],
        ],
      },
      scenario: {
        ...checkoutErrors,
        refusing: { webhook: 500 },
        silences: [
          { matchers: ['alertname=SilencedForTooLong'], lasts: '1h', by: 'ann', comment: 'forgotten' },
        ],
      },
      fails: [noOther, ruleHealth],
    },
  );

  drillOnBrokenAlerts(
    command,
    'on alerts whose pages arrive',
    [
      {
        alert: 'GroupWaitTooLong',
        title: 'its group waits too long; group_wait is named as the delay',
        route: 'receiver: slack, group_wait: 3m',
        expected: [{ belowFloor: true }],
        fails: ['arrives'],
        check: (failed) => {
          expect(evidenceOf(failed, 'page received', 'the page arrived late')).to.match(
            /^up to "page received" it took 1[12]\.\d s; the configuration explains up to 12\.0 s$/m,
          );
          expect(messageOf(failed, 'arrives')).to.match(
            /^arrived 2\d\.\d s after the first request hit, .* too late$/,
          );
        },
      },
      {
        alert: 'AnotherTeam',
        title: 'a label has another value than expected; both values are shown',
        expected: [{ labels: { severity: 'critical', team: 'checkout' } }],
        fails: ['arrives', 'labels'],
        check: (failed) => {
          const cause = 'a page arrived but its labels did not match';
          expect(evidenceOf(failed, 'page received', cause))
            .to.match(/^expected: .*team="checkout"/m)
            .and.to.match(/^page at .*team="payments"/m);
          expect(messageOf(failed, 'labels')).to.equal('team is "payments" instead of "checkout"');
        },
      },
      {
        alert: 'ResolvedTooLate',
        title: 'the page is resolved too late; only that check fails',
        expected: [{ resolvedWithin: '2m30s', belowFloor: true }],
        fails: ['resolved'],
        check: (failed) => {
          expect(messageOf(failed, 'resolved')).to.match(
            /^resolved \S+ s after the last request hit, \S+ s too late$/,
          );
          expect(failed.get('resolved')?.evidence.join('\n')).to.match(
            /expression false: \S+ s after the last request hit/,
          );
        },
      },
      {
        alert: 'NoRunbook',
        title: 'the rule has no runbook; only that check fails',
        rule: [['          runbook: https://runbooks.internal/payments/checkout-errors\n', '']],
        fails: ['runbook'],
        check: (failed) => expect(messageOf(failed, 'runbook')).to.equal('the page has no link to a runbook'),
      },
      {
        alert: 'DeadRunbook',
        title: 'the link to the runbook is dead; only that check fails',
        rule: [['/payments/checkout-errors', '/payments/checkout-eros']],
        fails: ['runbook'],
        check: (failed) => expect(messageOf(failed, 'runbook')).to.match(/payments\/checkout-eros: 404$/),
      },
      {
        alert: 'NotSilenced',
        title: 'a silence misses it, so that it pages during maintenance; the matcher is named',
        expected: [{ notBefore: '4m' }],
        fails: ['arrives'],
        check: (failed) => {
          expect(messageOf(failed, 'arrives')).to.match(
            /^arrived \S+ s after the injection, \S+ s too early$/,
          );
          expect(failed.get('arrives')?.evidence.join('\n')).to.match(
            /^silence \S+ by ann \(.*\) on .* ends at \S+; the alert does not satisfy severity="page"$/m,
          );
        },
      },
      {
        alert: 'EndsEarly',
        title: 'it ends while the fault lasts; that is shown, and that it was resolved before the revert',
        // The time until a window of 5 m no longer contains the fault is not tested here.
        expected: [{ belowFloor: true }],
        // True of the first errors only: 825 in 5 m are 55 in the 20 s of this pace; four a second, so for about 14 s.
        rule: [
          ['> 0.05\n', '> 0.05 and sum by (job) (increase(otel_app_checkout_errors_total[5m])) < 825\n'],
        ],
        fails: ['stays', 'resolved'],
        check: (failed) => {
          // Because of the window of 5 m, the fault is held for longer than group_interval.
          expect(messageOf(failed, 'stays')).to.match(
            /^it was resolved at slack \S+ s before the fault was reverted$/,
          );
          expect(failed.get('stays')?.evidence.join('\n')).to.match(
            /^firing \{.*\} from \S+ s to \S+ s after the injection$/m,
          );
        },
      },
    ],
    {
      scenario: {
        ...checkoutErrors,
        silences: [{ matchers: ['alertname=NotSilenced', 'severity=page'], lasts: '4m', by: 'ann' }],
      },
      fails: [],
    },
  );

  drill(
    'where other rules page, fail or never end fails a check of the whole drill for each',
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
      added: addedRules({
        PaymentsFailing: 'rate(otel_app_checkout_errors_total{reason="payment_failed"}[1m]) > 0',
        CheckoutErrorSeen: 'sum by (job) (otel_app_checkout_errors_total) > 0',
        'shop:share':
          'otel_app_checkout_attempts_total / on () otel_app_http_request_duration_milliseconds_count',
      }),
    },
    (ended) => {
      const failed = expectFailed(ended, noOther, ruleHealth, nothingLeft);
      expect(messageOf(failed, noOther)).to.match(
        /^PaymentsFailing at webhook: no page of this alert is expected/,
      );
      expect(messageOf(failed, nothingLeft)).to.equal('CheckoutErrorSeen was still firing at the end');
      expect(failed.get(nothingLeft)?.evidence.join('\n')).to.match(
        /^Prometheus: CheckoutErrorSeen \{.*\} firing, since \S+ \S+ after the fault began, rule of .*added\.yml, group added$/,
      );
      expect(messageOf(failed, ruleHealth)).to.match(
        /^the recording rule shop:share .* fails to evaluate: found duplicate series/,
      );
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
    'where rules fire while nothing is broken fails the check of the rules, says why, and judges nothing else',
    {
      changed: { [rules]: [['> 0.05', '> bool 0.05']] },
      added: addedRules({ AlwaysOn: 'vector(1)', NightlyJobMissing: 'absent(up{job="nightly"})' }),
    },
    (ended) => {
      const evidence = expectFailed(ended, ruleHealth).get(ruleHealth)?.evidence.join('\n');
      const added = '\\(prometheus/rules/added\\.yml, group added\\) fires while nothing is broken:';
      expect(evidence)
        .to.match(
          new RegExp(`^AlwaysOn ${added} it fires all the time, on the route of whatever has none$`, 'm'),
        )
        .and.to.match(
          new RegExp(`^NightlyJobMissing ${added} no series answers to up\\{job="nightly"\\}$`, 'm'),
        )
        .and.to.match(/^CheckoutErrorRateHigh .*`> bool 0\.05` gives 0 or 1 .* whatever the value, 0 now$/m)
        .and.to.match(/it has paged webhook/);
      expect(ended.kept?.record.faultWindow).to.equal(undefined);
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
      added: addedRules({ ScrapeFails: 'up == 0' }),
    },
    (ended) => {
      const said = expectUnjudged(ended, 'broken', 'quiet gate');
      expect(said)
        .to.match(/target \S+ \(\S+\) is down/)
        .and.to.match(/alert ScrapeFails is (pending|firing)/);
    },
  );
});
