import type { AlertEvidence } from '../../core/record.ts';
import { autopsyWithoutPage, type Row, testRows } from '../testing/autopsy.ts';
import { evidenceOf, hopsUntil, notifierAlert } from '../testing/evidence.ts';

type Notifying = NonNullable<AlertEvidence['notifying']>;
const of = (notifying: Partial<Notifying>, alertmanager: AlertEvidence['alertmanager'] = []) =>
  autopsyWithoutPage(
    evidenceOf({
      alertmanager,
      notifying: { active: 1, dropped: 0, configured: 1, ...notifying },
      hops: hopsUntil('firing'),
    }),
  );
const droppedBy = {
  place: 'alerting.alert_relabel_configs[1]',
  entry: '{ source_labels: [ severity ], regex: critical, action: drop }',
};
const unknown = 'Prometheus knows no Alertmanager';
const rows: Row[] = [
  [unknown, 'notifier sent', of({ active: 0, configured: 0 }), 'no entry in alerting.alertmanagers'],
  [unknown, 'notifier sent', of({ active: 0, dropped: 1 }), '1 found, and dropped by relabel_configs'],
  [unknown, 'notifier sent', of({ active: 0 }), 'none was found by them'],
  [
    '`alert_relabel_configs` dropped the alert',
    'notifier sent',
    of({ droppedBy }),
    'prometheus.yml, alerting.alert_relabel_configs[1]: { source_labels: [ severity ]',
    'severity="critical"',
  ],
  ['Alertmanager never got the alert', 'notifier sent', of({}), 'never seen in Alertmanager'],
  // An alert that Alertmanager had cannot have been dropped before.
  [
    'the alert was silenced',
    'page received',
    of({ droppedBy }, [notifierAlert({ silencedBy: ['s1'] })]),
    'silenced by s1',
  ],
];

describe('autopsy of an alert that did not reach Alertmanager', () => testRows(rows));
