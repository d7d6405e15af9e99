import { autopsyWithoutPage, type Row, testRows } from '../testing/autopsy.ts';
import { alertName, at } from '../testing/basics.ts';
import { evidenceOf, hopsUntil } from '../testing/evidence.ts';

const { rule } = evidenceOf();
if (!rule) throw new Error('the fixture has no rule');

/** An alert that was pending repeatedly, each time with another value of a label. */
const pendingAnew = (label: string, values: readonly string[], labels: Record<string, string>) =>
  evidenceOf({
    rule: { ...rule, labels: { ...rule.labels, ...labels } },
    pending: values.map((value, i) => ({
      labels: { alertname: alertName, job: 'storefront', [label]: value, alertstate: 'pending' },
      from: at(2 + i),
      to: at(2 + i),
    })),
    firing: [],
    alertmanager: [],
    hops: hopsUntil('pending'),
  });

const changes = 'its labels change while it is pending, so that `for` starts anew each time';

describe('autopsy of an alert whose labels change', () => {
  const rows: Row[] = [
    [
      changes,
      'firing',
      autopsyWithoutPage(
        pendingAnew('current_value', ['0.41', '0.52', '0.47', '0.5'], { current_value: '{{ $value }}' }),
      ),
      'current_value took 4 values',
      'the rule sets current_value to {{ $value }}',
      'no value stayed for longer than 0 ms; for: 8.0 s',
    ],
    [
      changes,
      'firing',
      autopsyWithoutPage(
        pendingAnew('level', ['high', 'low'], { level: '{{ if gt $value 0.5 }}high{{ else }}low{{ end }}' }),
      ),
      'level took 2 values',
    ],
    [
      changes,
      'firing',
      autopsyWithoutPage(pendingAnew('share', ['0.41', '0.52'], { share: '{{ .Values.B }}' })),
      'the rule sets share to {{ .Values.B }}',
    ],
    [
      changes,
      'firing',
      autopsyWithoutPage(pendingAnew('code', ['500', '502', '503'], {})),
      'code comes with the series of the expression',
    ],
    [
      '`for` was never satisfied',
      'firing',
      autopsyWithoutPage(pendingAnew('pod', ['a', 'b'], { pod: '{{ $labels.pod }}' })),
      'times pending: 2',
    ],
  ];
  testRows(rows);
});
