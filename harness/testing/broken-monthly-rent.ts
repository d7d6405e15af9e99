import type { ScenarioInput } from '../../core/scenario.ts';
import { monthlyRent } from '../../scenarios/monthly-rent.ts';
import { type Defect, drillOnBrokenCopy, type Replacement } from './broken-copy.ts';
import type { CliResult } from './cli.ts';
import { overlappingCommands } from './overlapping-commands.ts';

const alerting = 'grafana/provisioning/alerting';

/** Defects in logs, traces and Grafana: replacements by file. Two that change different files can be put into one copy. */
export const brokenFiles = {
  otherTenant: {
    'grafana/provisioning/datasources/datasources.yaml': [
      ['httpHeaderValue1: dev', 'httpHeaderValue1: staging'],
    ],
  },
  wrongToken: { [`${alerting}/contact-points.yaml`]: [['AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw', 'wrong']] },
  notEscaped: { [`${alerting}/templates.yaml`]: [[': <b>{{', ': 1 < 2 <b>{{']] },
  noTraceIds: {
    'collector/sidecar.yaml': [
      [
        '  batch:\n',
        '  transform/untrace:\n    log_statements:\n      - set(log.trace_id.string, "00000000000000000000000000000000")\n  batch:\n',
      ],
      ['filter/noise, batch]', 'filter/noise, transform/untrace, batch]'],
    ],
  },
  errorsNotSampled: { 'collector/gateway.yaml': [['status_codes: [ERROR]', 'status_codes: [OK]']] },
} satisfies Record<string, Readonly<Record<string, readonly Replacement[]>>>;

/** The checks of the page, in the order of the record. */
export const thePage = ['arrives', 'labels', 'says', 'runbook', 'stays', 'resolved'].map(
  (check) => `Bug Report@telegram/${check}`,
);
/** The proof that each ERROR line in Loki has a trace id. */
export const itsLog = 'log/proof';
/** The proof that Tempo has the trace of a failed request. */
export const itsTrace = 'trace/proof';
/** A cause of a page that does not arrive. */
export const refused = 'the contact point was refused by its receiver';

/** Declares tests of drills of monthly-rent on broken copies. */
export function drillsOfMonthlyRent(): (
  title: string,
  defect: Omit<Defect, 'stack' | 'scenario'> & { readonly scenario?: ScenarioInput },
  check: (ended: CliResult) => void,
) => void {
  const drill = drillOnBrokenCopy(overlappingCommands('full'), 'full');
  return (title, defect, check) => drill(title, { scenario: monthlyRent, ...defect }, check);
}
