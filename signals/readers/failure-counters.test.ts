import { expect } from 'chai';
import { parseExposition } from './exposition.ts';
import { alertmanagerFailures, failuresSince, prometheusFailures } from './failure-counters.ts';

const prometheus = (text: string) => prometheusFailures(parseExposition(text, 'test'));
const alertmanager = (text: string) => alertmanagerFailures(parseExposition(text, 'test'));

describe('own counters', () => {
  it('says what rose since the first reading, and nothing of what did not', () => {
    const before = prometheus(
      'prometheus_notifications_errors_total{alertmanager="http://a"} 2\nprometheus_rule_evaluation_failures_total{rule_group="f;g"} 5',
    );
    const after = prometheus(
      'go_goroutines 9\nprometheus_notifications_errors_total{alertmanager="http://a"} 3\nprometheus_notifications_dropped_total{alertmanager="http://a"} 1\nprometheus_rule_evaluation_failures_total{rule_group="f;g"} 5',
    );
    expect(failuresSince(before, after)).to.deep.equal([
      '1 alerts in requests that Prometheus failed to send to Alertmanager http://a',
      '1 alerts dropped by Prometheus before they reached Alertmanager http://a',
    ]);
  });

  it('names integration, receiver and reason of failed notifications', () => {
    const after = alertmanager(
      'alertmanager_notifications_failed_total{integration="slack",receiver_name="team",reason="serverError"} 2\nalertmanager_notifications_failed_total{integration="email",reason="other"} 0\nalertmanager_notification_requests_failed_total{integration="slack"} 7',
    );
    expect(failuresSince([], after)).to.deep.equal([
      '2 notifications that Alertmanager gave up on through slack (receiver team, serverError)',
      '7 failed attempts of Alertmanager to notify through slack',
    ]);
  });

  it('takes a counter that fell as counted from 0 after a restart', () => {
    const counters = (n: number) =>
      prometheus(`prometheus_rule_evaluation_failures_total{rule_group="g"} ${n}`);
    expect(failuresSince(counters(9), counters(4))).to.deep.equal(['4 failed rule evaluations in group g']);
  });
});
