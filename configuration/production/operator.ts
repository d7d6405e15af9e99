import type { Path } from '../../core/path.ts';
import type { WrittenPart } from '../files/place.ts';
import { list, map, maps, text, texts, type Yaml } from '../files/yaml.ts';
import { adoptRelabelling, writtenAddress } from './adopt-relabelling.ts';
import type { Adopting } from './adopting.ts';
import { metaValue } from './known-meta.ts';
import { matchServices } from './match-services.ts';
import { portOf, type ScrapedService } from './scraped-services.ts';
import type { Unpacked } from './unpack.ts';

/*
 * Resources of the Prometheus Operator as scrape jobs, with the labels that the operator's relabelling gives:
 * https://prometheus-operator.dev/docs/api-reference/api/
 */

/** A scrape job, and where its parts are written. */
export interface MadeJob {
  readonly job: Yaml;
  /** Paths are those within the job. */
  readonly parts: readonly WrittenPart[];
}

const monitors: Readonly<Record<string, { readonly prefix: string; readonly endpoints: string }>> = {
  ServiceMonitor: { prefix: 'serviceMonitor', endpoints: 'endpoints' },
  PodMonitor: { prefix: 'podMonitor', endpoints: 'podMetricsEndpoints' },
};

export const specOf = ({ content }: Unpacked): Yaml => map(content.spec);

/** Scrape jobs of a ServiceMonitor, a PodMonitor or a ScrapeConfig. `undefined` for another resource. */
export function jobsOf(
  resource: Unpacked,
  services: readonly ScrapedService[],
  adopting: Adopting,
): MadeJob[] | undefined {
  const kind = monitors[resource.kind];
  if (kind) {
    return maps(specOf(resource)[kind.endpoints]).map((endpoint, i) =>
      endpointJob(resource, endpoint, ['spec', kind.endpoints, i], `${kind.prefix}`, i, services, adopting),
    );
  }
  return resource.kind === 'ScrapeConfig' ? [scrapeConfigJob(resource)] : undefined;
}

function endpointJob(
  resource: Unpacked,
  endpoint: Yaml,
  at: Path,
  prefix: string,
  index: number,
  services: readonly ScrapedService[],
  adopting: Adopting,
): MadeJob {
  const spec = specOf(resource);
  const { name, namespace: own = 'default' } = resource;
  const { namespaceSelector } = spec;
  const namespace = String(list(map(namespaceSelector).matchNames)[0] ?? own);
  const { written } = resource;
  const place = adopting.placeOf(written).to(...at);
  const jobName = `${prefix}/${own}/${name}/${index}`;
  const selected = selectedNames(map(spec.selector));
  const matched = matchServices(services, {
    names: [jobName, `${own}/${name}`, name],
    values: selected,
    patterns: [],
    isNamed: selected.length > 0,
  });
  const port = endpoint.port ?? endpoint.targetPort ?? endpoint.portNumber;
  const ports = [endpoint.targetPort, endpoint.portNumber].map(Number).filter((one) => one > 0);
  const targets = (matched?.services ?? []).flatMap((service) =>
    service.pods.map((pod) => ({ service, pod, port: portOf(service, ports) })),
  );
  const addresses = targets.map((one) => `${one.pod}:${one.port}`);
  adopting.list(place, {
    what:
      addresses.length > 0
        ? `made the job ${jobName} with ${addresses.join(', ')}`
        : `made the job ${jobName} without targets`,
    why: matched
      ? 'this is what the operator makes of it, with the targets of the drill'
      : `no service of the system is known to be meant: \`scrape: { job: ${name} }\` of a service in firedrill.yaml names it`,
  });
  const targetOf = (one: (typeof targets)[number]) => ({
    service: one.service.name,
    pod: one.pod,
    port: one.port,
    namespace,
  });
  const relabelings = maps(endpoint.relabelings).map(relabelOf);
  const isKnown = (label: string) => targets.every((one) => metaValue(label, targetOf(one)) !== undefined);
  const { leftOut, readAddress, metas } = adoptRelabelling(relabelings, isKnown, new Set(operatorLabels));
  for (const [i, why] of leftOut) adopting.list(place.to('relabelings', i), { what: 'left out', why });
  const kept = relabelings.flatMap((rule, i) => (leftOut.has(i) ? [] : [{ rule, i }]));
  const relabel = kept.map(({ rule, i }) =>
    readAddress.includes(i)
      ? {
          ...rule,
          source_labels: list(rule.source_labels).map((label) =>
            label === '__address__' ? writtenAddress : label,
          ),
        }
      : rule,
  );
  for (const key of [
    'tlsConfig',
    'bearerTokenFile',
    'bearerTokenSecret',
    'basicAuth',
    'authorization',
    'oauth2',
    'proxyUrl',
    ...(String(endpoint.scheme).toLowerCase() === 'https' ? ['scheme'] : []),
  ])
    if (endpoint[key] !== undefined)
      adopting.list(place.to(key), { what: 'left out', why: 'the services of a drill are asked without it' });
  const isPod = prefix === 'podMonitor';
  const job = dropUndefined({
    job_name: jobName,
    honor_labels: endpoint.honorLabels,
    honor_timestamps: endpoint.honorTimestamps,
    track_timestamps_staleness: endpoint.trackTimestampsStaleness,
    scrape_interval: text(endpoint.interval),
    scrape_timeout: text(endpoint.scrapeTimeout),
    metrics_path: text(endpoint.path),
    params: endpoint.params,
    ...limitsOf(spec),
    static_configs: targets.map((one) => ({
      targets: [`${one.pod}:${one.port}`],
      labels: {
        job: isPod ? `${own}/${name}` : (labelValue(spec, spec.jobLabel) ?? one.service.name),
        namespace,
        pod: one.pod,
        container: one.service.name,
        ...(isPod ? {} : { service: one.service.name }),
        ...(port === undefined ? {} : { endpoint: String(port) }),
        ...ofTargetLabels(spec),
        ...one.service.labels,
        ...Object.fromEntries(
          metas.map((label) => [
            label,
            label === writtenAddress ? `${one.pod}:${one.port}` : (metaValue(label, targetOf(one)) ?? ''),
          ]),
        ),
      },
    })),
    relabel_configs: relabel.length > 0 ? relabel : undefined,
    metric_relabel_configs: endpoint.metricRelabelings && maps(endpoint.metricRelabelings).map(relabelOf),
  });
  const base = [...written.path, ...at];
  return {
    job,
    parts: [
      { ...written, at: [], path: base },
      ...kept.map(({ i }, n) => ({
        ...written,
        at: ['relabel_configs', n],
        path: [...base, 'relabelings', i],
      })),
      { ...written, at: ['metric_relabel_configs'], path: [...base, 'metricRelabelings'] },
    ],
  };
}

/** Labels that the operator gives to every target. */
const operatorLabels = ['job', 'namespace', 'pod', 'container', 'service', 'endpoint', 'instance'];

/** Values of labels by which a monitor selects: each may be the name of a service. */
const selectedNames = ({ matchLabels, matchExpressions }: Yaml): string[] => [
  ...Object.entries(map(matchLabels)).flatMap(([key, value]) => (isName(key) ? [String(value)] : [])),
  ...maps(matchExpressions).flatMap(({ key, operator, values }) =>
    operator === 'In' && isName(String(key)) ? list(values).map(String) : [],
  ),
];

const isName = (key: string): boolean =>
  /(^|\/)(app|name|k8s-app|service|component|instance|app\.kubernetes\.io\/name)$/.test(key);

/** The value of a label of the service, if the selector of the monitor says it. */
const labelValue = (spec: Yaml, label: unknown): string | undefined =>
  text(map(map(spec.selector).matchLabels)[String(label ?? '')]);

/** Labels of the service or the pod that a monitor copies, as far as its selector says them. */
const ofTargetLabels = (spec: Yaml): Record<string, string> =>
  Object.fromEntries(
    [...list(spec.targetLabels), ...list(spec.podTargetLabels)].flatMap((label) => {
      const value = labelValue(spec, label);
      return value === undefined ? [] : [[String(label).replace(/[^a-zA-Z0-9_]/g, '_'), value]];
    }),
  );

const limitsOf = (spec: Yaml): Yaml => ({
  sample_limit: spec.sampleLimit,
  target_limit: spec.targetLimit,
  label_limit: spec.labelLimit,
  label_name_length_limit: spec.labelNameLengthLimit,
  label_value_length_limit: spec.labelValueLengthLimit,
  keep_dropped_targets: spec.keepDroppedTargets,
  body_size_limit: spec.bodySizeLimit,
});

/** A relabelling of the operator in Prometheus' form. */
export const relabelOf = ({ sourceLabels, targetLabel, action, ...rest }: Yaml): Yaml =>
  dropUndefined({
    source_labels: sourceLabels,
    target_label: targetLabel,
    ...rest,
    action: action === undefined ? undefined : String(action).toLowerCase(),
  });

export const dropUndefined = (data: Yaml): Yaml =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));

/** `kubernetesSDConfigs` and `metricsPath` as Prometheus calls them. */
const inSnakeCase = (key: string): string =>
  key
    .replace(/SDConfigs$/, '_sd_configs')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** Settings of a ScrapeConfig that Prometheus calls otherwise. */
const renamed: Readonly<Record<string, string>> = {
  relabelings: 'relabel_configs',
  metricRelabelings: 'metric_relabel_configs',
  enableHTTP2: 'enable_http2',
};
/** Settings that hold references to secrets, or that are not about the scrape. */
const withSecrets =
  /^(basicAuth|authorization|oauth2|tlsConfig|proxy.*|noProxy|scrapeClass|jobName|nameValidationScheme)$/;

function scrapeConfigJob(resource: Unpacked): MadeJob {
  const spec = specOf(resource);
  const { name, namespace = 'default' } = resource;
  const { written } = resource;
  const parts: WrittenPart[] = [{ ...written, at: [], path: [...written.path, 'spec'] }];
  const job: Record<string, unknown> = {
    job_name: text(spec.jobName) ?? `scrapeConfig/${namespace}/${name}`,
  };
  for (const [key, value] of Object.entries(spec)) {
    if (withSecrets.test(key)) continue;
    const own = renamed[key] ?? inSnakeCase(key);
    parts.push({ ...written, at: [own], path: [...written.path, 'spec', key] });
    job[own] = own.endsWith('relabel_configs')
      ? maps(value).map(relabelOf)
      : key === 'scheme'
        ? String(value).toLowerCase()
        : own === 'static_configs'
          ? maps(value).map((group) => ({ targets: list(group.targets), labels: texts(group.labels) }))
          : value;
  }
  return { job, parts };
}
