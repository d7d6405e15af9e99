import { labelsText } from '../../core/labels.ts';
import type { Cause } from './case.ts';
import { alertsAtNotifier } from './delivery.ts';

/* Causes between Prometheus and Alertmanager, in Prometheus' configuration. */

export const noAlertmanager: Cause = {
  hop: 'notifier sent',
  cause: 'Prometheus knows no Alertmanager',
  evidence: (alertCase) => {
    const { notifying } = alertCase.alert;
    if (!notifying || notifying.active > 0 || alertsAtNotifier(alertCase).length > 0) return undefined;
    const { configured, dropped } = notifying;
    if (configured === 0) return ['prometheus.yml has no entry in alerting.alertmanagers'];
    return [
      `prometheus.yml has ${configured} in alerting.alertmanagers`,
      dropped > 0
        ? `${dropped} found, and dropped by relabel_configs there: none is left`
        : 'none was found by them',
    ];
  },
};

export const droppedByRelabelling: Cause = {
  hop: 'notifier sent',
  cause: '`alert_relabel_configs` dropped the alert',
  evidence: (alertCase) => {
    const { notifying, firing, rule } = alertCase.alert;
    if (!notifying?.droppedBy || alertsAtNotifier(alertCase).length > 0) return undefined;
    const { place, entry } = notifying.droppedBy;
    return [
      `prometheus.yml, ${place}: ${entry}`,
      `the alert has {${labelsText(firing[0]?.labels ?? rule?.labels ?? {})}}`,
    ];
  },
};
