import { badInput } from '../core/errors.ts';
import { parseScenario, type Scenario, type ScenarioInput } from '../core/scenario.ts';
import { closestName } from '../core/similar-names.ts';
import { alertmanagerDown } from './alertmanager-down.ts';
import { authFailures } from './auth-failures.ts';
import { budgetBurnBlip } from './budget-burn-blip.ts';
import { budgetBurnFast } from './budget-burn-fast.ts';
import { budgetBurnSingleWindow } from './budget-burn-single-window.ts';
import { budgetBurnSlow } from './budget-burn-slow.ts';
import { budgetExhausted } from './budget-exhausted.ts';
import { budgetLowTraffic } from './budget-low-traffic.ts';
import { cascade } from './cascade.ts';
import { causeWithoutSymptom } from './cause-without-symptom.ts';
import { checkoutErrors } from './checkout-errors.ts';
import { collectorDown } from './collector-down.ts';
import { connectionLeak } from './connection-leak.ts';
import { dbLockContention } from './db-lock-contention.ts';
import { deployRestart } from './deploy-restart.ts';
import { escalation } from './escalation.ts';
import { eventsV1 } from './events-v1.ts';
import { failedPaymentLogs } from './failed-payment-logs.ts';
import { flapping } from './flapping.ts';
import { fulfilmentBacklog } from './fulfilment-backlog.ts';
import { grafanaDown } from './grafana-down.ts';
import { latencySpike } from './latency-spike.ts';
import { lokiNotIngesting } from './loki-not-ingesting.ts';
import { maintenanceWindow } from './maintenance-window.ts';
import { manyInstances } from './many-instances.ts';
import { monthlyRent } from './monthly-rent.ts';
import { multiSignal } from './multi-signal.ts';
import { paymentDeploy } from './payment-deploy.ts';
import { paymentProviderFails } from './payment-provider-fails.ts';
import { prometheusDown } from './prometheus-down.ts';
import { resourcePressure } from './resource-pressure.ts';
import { ruleEvaluationFails } from './rule-evaluation-fails.ts';
import { serviceDown } from './service-down.ts';
import { severities } from './severities.ts';
import { slackOutage } from './slack-outage.ts';
import { slowDependency } from './slow-dependency.ts';
import { traceSampling } from './trace-sampling.ts';
import { trafficDrop } from './traffic-drop.ts';
import { transientBlip } from './transient-blip.ts';

const inputs: readonly ScenarioInput[] = [
  checkoutErrors,
  transientBlip,
  monthlyRent,
  latencySpike,
  serviceDown,
  resourcePressure,
  dbLockContention,
  failedPaymentLogs,
  authFailures,
  slowDependency,
  traceSampling,
  budgetBurnFast,
  budgetBurnSlow,
  budgetBurnBlip,
  budgetExhausted,
  budgetBurnSingleWindow,
  budgetLowTraffic,
  cascade,
  manyInstances,
  escalation,
  deployRestart,
  slackOutage,
  prometheusDown,
  alertmanagerDown,
  collectorDown,
  grafanaDown,
  lokiNotIngesting,
  ruleEvaluationFails,
  paymentProviderFails,
  paymentDeploy,
  severities,
  eventsV1,
  maintenanceWindow,
  flapping,
  causeWithoutSymptom,
  trafficDrop,
  fulfilmentBacklog,
  connectionLeak,
  multiSignal,
];

/** The project's own scenarios, in the order in which they are listed. */
export const scenarios: readonly Scenario[] = inputs.map((input) =>
  parseScenario(input, fileOfScenario(input)),
);

/**
 * @param list the command that lists them, for the message.
 * @throws FiredrillError `bad-input` with the scenario of the nearest name.
 */
export function scenarioNamed(name: string, list = 'firedrill list'): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found) return found;
  const meant = closestName(
    name,
    scenarios.map((scenario) => scenario.name),
  );
  throw badInput({
    where: name,
    message: 'there is no such scenario',
    hint: `${meant === undefined ? '' : `did you mean ${meant}? `}${list} lists them; a path (./mine.ts) runs your own`,
  });
}

/** The file of one of the project's own scenarios. */
export function fileOfScenario({ name }: Pick<Scenario, 'name'>): string {
  return `scenarios/${name}.ts`;
}
