/** A Grafana with one rule, which pages Slack. */
interface OneRule {
  readonly alert: string;
  /** The data source that the rule asks: uid, type and url, and whatever else the provisioning takes. */
  readonly source: { readonly uid: string; readonly type: string; readonly url: string } & Readonly<
    Record<string, unknown>
  >;
  readonly query: string;
  /** The alert fires above it. */
  readonly threshold: number;
  readonly runbook: string;
}

/** The files of Grafana's provisioning, as JSON, by their paths in the folder of a system. */
export function grafanaFiles({
  alert,
  source,
  query,
  threshold,
  runbook,
}: OneRule): Readonly<Record<string, string>> {
  const expression = (refId: string, model: object) => ({
    refId,
    datasourceUid: '__expr__',
    model: { refId, ...model },
  });
  const rule = {
    uid: 'rule',
    title: alert,
    condition: 'C',
    for: '1m',
    noDataState: 'OK',
    execErrState: 'Error',
    labels: { severity: 'page', team: 'web' },
    annotations: { summary: `${alert} is true`, runbook },
    data: [
      {
        refId: 'A',
        datasourceUid: source.uid,
        relativeTimeRange: { from: 300, to: 0 },
        model: { refId: 'A', instant: true, queryType: 'instant', expr: query },
      },
      expression('B', { type: 'reduce', reducer: 'last', expression: 'A' }),
      expression('C', {
        type: 'threshold',
        expression: 'B',
        conditions: [{ evaluator: { type: 'gt', params: [threshold] } }],
      }),
    ],
  };
  const text =
    '{{ range .Alerts }}{{ .Annotations.summary }} {{ .Annotations.runbook }} severity={{ .Labels.severity }} team={{ .Labels.team }}\n{{ end }}';
  const url = 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX';
  const provisioned = {
    'datasources/one': { datasources: [{ name: source.uid, access: 'proxy', ...source }] },
    'alerting/rules': {
      groups: [{ orgId: 1, name: 'web', folder: 'web', interval: '1m', rules: [rule] }],
    },
    'alerting/contact-points': {
      contactPoints: [
        { orgId: 1, name: 'slack', receivers: [{ uid: 'slack', type: 'slack', settings: { url, text } }] },
      ],
    },
    'alerting/policies': {
      policies: [
        { orgId: 1, receiver: 'slack', group_by: ['alertname'], group_wait: '10s', group_interval: '1m' },
      ],
    },
  };
  return Object.fromEntries(
    Object.entries(provisioned).map(([name, contents]) => [
      `monitoring/grafana/provisioning/${name}.yaml`,
      JSON.stringify({ apiVersion: 1, ...contents }),
    ]),
  );
}
