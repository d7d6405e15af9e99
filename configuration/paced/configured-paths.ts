import { plainPath } from '../files/pairs.ts';

/* Which values of the YAML files a run changes, apart from addresses with a port, which it finds anywhere. */

/** Paths of values, per file of the main pair or of another component; `*` is any key or index, `**` any number of them. */
export type Paths = readonly { readonly file: RegExp; readonly paths: readonly string[] }[];

/** Any other YAML file of Prometheus' is one of rules, wherever its configuration says they are. */
const ruleFile = /^prometheus\/(?!prometheus\.ya?ml$).*\.ya?ml$/;
export const isRuleFile = (path: string): boolean => ruleFile.test(plainPath(path));

/** Durations. */
export const durationPaths: Paths = [
  {
    file: /^prometheus\/prometheus\.ya?ml$/,
    paths: [
      'global.scrape_interval',
      'global.scrape_timeout',
      'global.evaluation_interval',
      'global.rule_query_offset',
      'scrape_configs.*.scrape_interval',
      'scrape_configs.*.scrape_timeout',
    ],
  },
  {
    file: ruleFile,
    paths: [
      'groups.*.interval',
      'groups.*.query_offset',
      'groups.*.rules.*.for',
      'groups.*.rules.*.keep_firing_for',
    ],
  },
  {
    file: /^alertmanager\/alertmanager\.ya?ml$/,
    paths: [
      'global.resolve_timeout',
      'route.**.group_wait',
      'route.**.group_interval',
      'route.**.repeat_interval',
    ],
  },
  {
    file: /^collector\/.*\.ya?ml$/,
    paths: [
      'receivers.*.collection_interval',
      'processors.*.timeout',
      'exporters.*.metric_expiration',
      'connectors.*.metrics_flush_interval',
    ],
  },
];

/**
 * Durations that a component assumes where the file is silent: written out, so that the pace applies to them.
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/ and …/alerting/latest/configuration/
 */
export const defaults: readonly {
  readonly file: RegExp;
  readonly values: readonly (readonly [string[], string])[];
}[] = [
  {
    file: /^prometheus\/prometheus\.ya?ml$/,
    values: [
      [['global', 'scrape_interval'], '1m'],
      [['global', 'evaluation_interval'], '1m'],
    ],
  },
  {
    file: /^alertmanager\/alertmanager\.ya?ml$/,
    values: [
      [['route', 'group_wait'], '30s'],
      [['route', 'group_interval'], '5m'],
      [['route', 'repeat_interval'], '4h'],
    ],
  },
];

export const expressionPaths: Paths = [{ file: ruleFile, paths: ['groups.*.rules.*.expr'] }];

/** Where a file says on which host to listen, and the port is said elsewhere: Tempo takes that as no flag. */
export const listenPaths: Paths = [
  { file: /^tempo\/.*\.ya?ml$/, paths: ['server.http_listen_address', 'server.grpc_listen_address'] },
];
