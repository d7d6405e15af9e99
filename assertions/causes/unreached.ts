import { labelsText } from '../labels-text.ts';
import type { Cause } from './case.ts';
import { held } from './delivery.ts';

/* Causes between Prometheus and its Alertmanager that stand in Prometheus' configuration. */

export const noAlertmanager: Cause = {
  hop: 'notifier sent',
  cause: 'Prometheus knows no Alertmanager',
  evidence: (of) => {
    const { notifying } = of.alert;
    if (!notifying || notifying.active > 0 || held(of).length > 0) return undefined;
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
  evidence: (of) => {
    const { notifying, firing, rule } = of.alert;
    if (!notifying?.droppedBy || held(of).length > 0) return undefined;
    const { place, entry } = notifying.droppedBy;
    return [
      `prometheus.yml, ${place}: ${entry}`,
      `the alert has {${labelsText(firing[0]?.labels ?? rule?.labels ?? {})}}`,
    ];
  },
};
