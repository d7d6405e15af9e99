import { expect } from 'chai';
import type { ScenarioInput } from '../core/scenario.ts';
import { alertmanagerDown } from '../scenarios/alertmanager-down.ts';
import { budgetBurnBlip } from '../scenarios/budget-burn-blip.ts';
import { cascade } from '../scenarios/cascade.ts';
import { escalation } from '../scenarios/escalation.ts';
import { lokiNotIngesting } from '../scenarios/loki-not-ingesting.ts';
import { maintenanceWindow } from '../scenarios/maintenance-window.ts';
import { manyInstances } from '../scenarios/many-instances.ts';
import { paymentDeploy } from '../scenarios/payment-deploy.ts';
import { checkIds, drillOnBrokenCopy, readConfigOf, routes } from './testing/broken-copy.ts';
import type { CliResult } from './testing/cli.ts';
import { expectCause, expectFailed } from './testing/expect-outcome.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';

/** The alert is resolved before it escalates. */
const resolvedInTime: ScenarioInput = {
  ...escalation,
  expectations: escalation.expectations.map((one) => {
    if (one.kind !== 'page') return one;
    const { escalatesTo: _, ...page } = one;
    return page;
  }),
  // The escalation comes 3 minutes after the page.
  settleFor: '6m',
};

const sloRules = 'prometheus/rules/slo-shop.yml';
/** The rules of an objective of 99.99 % where 99.9 % was meant. */
const stricterRules = (await readConfigOf('metrics', sloRules, ['slo'])).replaceAll(
  '* 0.0009999999999999432)',
  '* 0.0001)',
);

/*
 * Defects of grouping, inhibition, silences, rollbacks and of what watches the monitoring: one drill each, on a copy of the
 * additions that a scenario drills. They run in the nightly alone.
 */
describe('a drill on a broken copy of an addition', () => {
  const drill = drillOnBrokenCopy(overlappingCommands(), 'metrics');
  const messagesOf = (ended: CliResult, ...checks: readonly string[]): string =>
    [...expectFailed(ended, ...checks).values()].map(({ message }) => message).join('\n');

  drill(
    'whose route groups by instance sends one message for each instance',
    {
      scenario: manyInstances,
      changed: { [routes]: [['group_by: [alertname, job]', 'group_by: [alertname, instance]']] },
    },
    (ended) => {
      expect(messagesOf(ended, 'InstanceCheckoutsFailing@slack/notifications')).to.match(/4/);
    },
  );

  drill(
    'whose inhibition misses an alert pages that alert too',
    { scenario: cascade, changed: { [routes]: [['|SearchFailing|', '|']] } },
    (ended) => {
      expect(messagesOf(ended, 'SearchFailing/suppressed', 'drill/no-other-page')).to.match(/SearchFailing/);
    },
  );

  drill(
    'whose silence outlives the maintenance is told nothing of the fault',
    {
      scenario: {
        ...maintenanceWindow,
        silences: (maintenanceWindow.silences ?? []).map((silence) => ({ ...silence, lasts: '40m' })),
        // The floor knows of the silence: the drill is to show that the target cannot be held.
        expectations: maintenanceWindow.expectations.map((one) =>
          one.kind === 'page' ? { ...one, belowFloor: true } : one,
        ),
      },
    },
    (ended) => {
      const { arrives, labels, says, runbook, stays, resolved } = checkIds;
      const checks = [arrives, labels, says, runbook, stays, resolved];
      expectCause(ended, checks, 'page received', 'the alert was silenced');
    },
  );

  drill(
    'whose alert names no application is not rolled back',
    {
      scenario: paymentDeploy,
      changed: { 'prometheus/rules/checkout.yml': [['          application: payments\n', '']] },
    },
    (ended) => {
      expect(messagesOf(ended, 'rollback/proof')).to.match(
        /not rolled back: no alert reached the rollback adapter/,
      );
    },
  );

  drill(
    'whose alert names another application is not rolled back',
    {
      scenario: paymentDeploy,
      changed: { 'prometheus/rules/checkout.yml': [['application: payments', 'application: orders']] },
    },
    (ended) => {
      expect(messagesOf(ended, 'rollback/proof')).to.match(
        /not rolled back: the alert names the application orders/,
      );
    },
  );

  drill(
    'whose second Prometheus pages through the Alertmanager that is killed pages nobody',
    {
      scenario: alertmanagerDown,
      changed: { 'meta-prometheus/prometheus.yml': [['"meta-alertmanager:9093"', '"alertmanager:9093"']] },
    },
    (ended) => {
      const { arrives, labels, says, runbook, stays, resolved } = checkIds;
      const checks = [arrives, labels, says, runbook, stays, resolved].map((id) =>
        id.replace(/^.*\//, 'AlertmanagerDown@pagerduty/'),
      );
      expectCause(ended, checks, 'notifier sent', 'Alertmanager never got the alert');
    },
  );

  drill(
    'whose rules on logs send an alert of their own while Loki is down pages twice for one cause',
    {
      scenario: lokiNotIngesting,
      stack: 'full',
      changed: {
        'grafana/provisioning/alerting/rules.yaml': [
          [
            'for: 0s\n        noDataState: OK\n        execErrState: OK',
            'for: 0s\n        noDataState: OK\n        execErrState: Error',
          ],
        ],
      },
    },
    (ended) => {
      expect(messagesOf(ended, 'drill/no-other-page', 'drill/rules')).to.match(/DatasourceError at telegram/);
    },
  );

  drill(
    'whose escalation still sees the failures of a resolved alert pages a second time',
    {
      scenario: resolvedInTime,
      changed: {
        'prometheus/rules/escalation.yml': [
          ['errors_total[1m]', 'errors_total[10m]'],
          ['attempts_total[1m]', 'attempts_total[10m]'],
        ],
      },
    },
    (ended) => {
      expect(messagesOf(ended, 'drill/no-other-page')).to.match(
        /CheckoutErrorRateHigh at pagerduty: expected at slack only/,
      );
    },
  );

  drill(
    'whose objective is ten times stricter than the service can hold pages for a blip',
    { scenario: budgetBurnBlip, added: { [sloRules]: stricterRules } },
    (ended) => {
      expect(messagesOf(ended, 'drill/no-other-page')).to.match(/CheckoutSuccessBudgetBurn/);
    },
  );
});
