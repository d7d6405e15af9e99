import type { Path } from '../../core/path.ts';
import { tryParse } from '../files/parse-yaml.ts';
import type { Written, WrittenPart } from '../files/place.ts';
import { map, maps, text, texts, type Yaml } from '../files/yaml.ts';
import type { Adopting } from './adopting.ts';
import { namespaceOf } from './alertmanager-config-resource.ts';
import { entriesOf, selects, selectsNamespace } from './manifests.ts';
import { titleOf } from './only-resource.ts';
import { dropUndefined, relabelOf, specOf } from './operator.ts';
import { nameOf, type Unpacked } from './unpack.ts';

/*
 * The Prometheus Operator's resource Prometheus: what it selects, and the file that is made of it:
 * https://prometheus-operator.dev/docs/api-reference/api/ (PrometheusSpec)
 */

/** How the settings of each kind begin that select its resources, and what becomes of one that is not selected. */
const selecting: Readonly<Record<string, { readonly prefix: string; readonly what: string }>> = {
  PrometheusRule: { prefix: 'rule', what: 'left out: its rules are not evaluated' },
  ServiceMonitor: { prefix: 'serviceMonitor', what: 'left out: its targets are not scraped' },
  PodMonitor: { prefix: 'podMonitor', what: 'left out: its targets are not scraped' },
  ScrapeConfig: { prefix: 'scrapeConfig', what: 'left out: its targets are not scraped' },
};

/**
 * Whether the Prometheus reads a resource. What it does not select is listed.
 *
 * @param prometheus Absent: production's is not known, and everything is read.
 * @param resources of the folder, among which are namespaces with their labels.
 */
export function isSelected(
  adopting: Adopting,
  one: Unpacked,
  prometheus: Unpacked | undefined,
  resources: readonly Unpacked[],
): boolean {
  const kind = selecting[one.kind];
  if (!prometheus || !kind) return true;
  const spec = specOf(prometheus);
  const [byLabels, byNamespace] = [`${kind.prefix}Selector`, `${kind.prefix}NamespaceSelector`];
  const place = nameOf(adopting, one.written);
  const namespace = namespaceOf(one);
  const leave = (why: string) => {
    adopting.list(place, { what: kind.what, why });
    return false;
  };
  if (spec[byLabels] === undefined || spec[byLabels] === null)
    return leave(`the Prometheus ${prometheus.name} has no ${byLabels}, and selects none`);
  if (!selects(spec[byLabels], one.labels))
    return leave(`${byLabels} of the Prometheus ${prometheus.name} does not select its labels`);
  const isOfNamespace = selectsNamespace(spec[byNamespace], namespaceOf(prometheus), namespace, resources);
  if (isOfNamespace === false)
    return leave(
      spec[byNamespace]
        ? `${byNamespace} of the Prometheus ${prometheus.name} does not select its namespace ${namespace}`
        : `the Prometheus ${prometheus.name} has no ${byNamespace}, and selects in its own namespace ${namespaceOf(prometheus)} only; this one is in ${namespace}`,
    );
  if (isOfNamespace === undefined)
    adopting.refuse(
      place,
      `${byNamespace} of the Prometheus ${prometheus.name} asks for labels of the namespace ${namespace}, which are not here`,
      `add the Namespace ${namespace} with its labels to the folder`,
    );
  return true;
}

/** A list in a key of a Secret. */
interface SecretList {
  readonly entries: readonly Yaml[];
  readonly written: Written;
}

/** What a Prometheus takes from Secrets. */
export interface Additional {
  readonly scrapeConfigs?: SecretList;
  readonly alertRelabelConfigs?: SecretList;
  readonly alertmanagers?: SecretList;
  /** Whether a key of a Secret is one of them. */
  readonly isUsed: (resource: Unpacked, key: string) => boolean;
}

/** Reads what a Prometheus takes from Secrets of its namespace; one that is not here is refused. */
export function readAdditional(
  adopting: Adopting,
  prometheus: Unpacked | undefined,
  resources: readonly Unpacked[],
): Additional {
  if (!prometheus) return { isUsed: () => false };
  const spec = specOf(prometheus);
  const namespace = namespaceOf(prometheus);
  const secretOf = (setting: string) => {
    const { name, key } = map(spec[setting]);
    return resources.filter(
      (one) =>
        one.kind === 'Secret' &&
        one.name === name &&
        namespaceOf(one) === namespace &&
        entriesOf(one).some((entry) => entry.key === key),
    );
  };
  const read = (setting: string): SecretList | undefined => {
    if (spec[setting] === undefined || spec[setting] === null) return undefined;
    const place = adopting.placeOf(prometheus.written).to('spec', setting);
    const { name, key, optional } = map(spec[setting]);
    const [secret, ...others] = secretOf(setting);
    const entry = secret && entriesOf(secret).find((one) => one.key === key);
    const title = `${String(key)} of the Secret ${namespace}/${String(name)}`;
    if (!entry) {
      if (optional === true)
        adopting.list(place, { what: 'left out', why: `${title} is optional, and not here` });
      else
        adopting.refuse(
          place,
          `${title} is not here, and Prometheus would have what it says`,
          'add the Secret to the folder',
        );
      return undefined;
    }
    if (others.length > 0)
      adopting.refuse(place, `${title} is here more than once`, 'keep the one that production reads');
    const content = tryParse(entry.content);
    if (content !== null && content !== undefined && !Array.isArray(content))
      adopting.refuse(place, `${title} is no list`, 'write a list, as the operator expects it');
    return { entries: maps(content), written: entry.written };
  };
  const settings = [
    'additionalScrapeConfigs',
    'additionalAlertRelabelConfigs',
    'additionalAlertManagerConfigs',
  ];
  const [scrapeConfigs, alertRelabelConfigs, alertmanagers] = settings.map(read);
  const isUsed = (resource: Unpacked, key: string) =>
    settings.some((setting) => map(spec[setting]).key === key && secretOf(setting).includes(resource));
  return {
    isUsed,
    ...(scrapeConfigs && { scrapeConfigs }),
    ...(alertRelabelConfigs && { alertRelabelConfigs }),
    ...(alertmanagers && { alertmanagers }),
  };
}

/** Where the entries of a Secret are written that stand in a list from an index on. */
const partsOf = ({ entries, written }: SecretList, at: Path, from = 0): WrittenPart[] =>
  entries.map((_, i) => ({ ...written, at: [...at, from + i], path: [...written.path, i] }));

/** Settings that change rules or samples as a drill does not. */
const notFollowed: Readonly<Record<string, string>> = {
  enforcedNamespaceLabel:
    'the operator adds the label to every rule and target, and a matcher to every expression; a drill does not',
  overrideHonorLabels: 'the operator takes honorLabels from every monitor; a drill does not',
};

/** Limits that a drill does not set. */
const limits =
  /^(enforced(Sample|Target|Label|LabelNameLength|LabelValueLength|BodySize)Limit|(sample|target|label|labelNameLength|labelValueLength|bodySize)Limit)$/;

const selectorsOfJobs = [
  'serviceMonitorSelector',
  'podMonitorSelector',
  'probeSelector',
  'scrapeConfigSelector',
];

/**
 * Refuses what a drill cannot follow.
 *
 * @param hasMain whether the folder has the file that Prometheus reads.
 */
export function checkPrometheus(adopting: Adopting, prometheus: Unpacked, hasMain: boolean): void {
  const spec = specOf(prometheus);
  const place = adopting.placeOf(prometheus.written).to('spec');
  for (const [setting, why] of Object.entries(notFollowed))
    if (
      spec[setting] !== undefined &&
      spec[setting] !== '' &&
      spec[setting] !== false &&
      spec[setting] !== null
    )
      adopting.refuse(
        place.to(setting),
        why,
        'write the rules and monitors as they are after it, and leave the setting out of the configuration for drills',
      );
  for (const setting of Object.keys(spec).filter((one) => limits.test(one)))
    adopting.list(place.to(setting), {
      what: 'left out',
      why: 'a drill has the limits of the monitors alone',
    });
  if (hasMain) {
    adopting.list(nameOf(adopting, prometheus.written), {
      what: `left out: Prometheus ${prometheus.name}, but for what it selects`,
      why: 'there is a prometheus.yml, and a drill reads that',
    });
    return;
  }
  if (selectorsOfJobs.every((selector) => (spec[selector] ?? null) === null))
    adopting.refuse(
      nameOf(adopting, prometheus.written),
      `the operator makes no prometheus.yml of ${titleOf(prometheus)}, because it has none of ${selectorsOfJobs.join(', ')}`,
      'add the prometheus.yml that production reads, or a selector ({} selects all)',
    );
}

/** The file of Prometheus that the operator makes of a resource, apart from rules and jobs. */
export function mainFileOf(
  prometheus: Unpacked,
  { alertRelabelConfigs, alertmanagers }: Additional,
): { readonly config: Yaml; readonly parts: readonly WrittenPart[] } {
  const spec = specOf(prometheus);
  const { written } = prometheus;
  const label = spec.prometheusExternalLabelName ?? 'prometheus';
  const own = maps(map(spec.alerting).alertmanagers);
  const all = [
    ...own.map((manager) =>
      dropUndefined({
        kubernetes_sd_configs: [{ role: 'endpoints' }],
        timeout: text(manager.timeout),
        alert_relabel_configs: manager.alertRelabelings && maps(manager.alertRelabelings).map(relabelOf),
      }),
    ),
    ...(alertmanagers?.entries ?? []),
  ];
  const at = ['alerting', 'alertmanagers'];
  const path = [...written.path, 'spec', ...at];
  return {
    config: {
      global: {
        scrape_interval: text(spec.scrapeInterval) ?? '30s',
        evaluation_interval: text(spec.evaluationInterval) ?? '30s',
        ...dropUndefined({
          scrape_timeout: text(spec.scrapeTimeout),
          rule_query_offset: text(spec.ruleQueryOffset),
        }),
        external_labels: {
          ...texts(spec.externalLabels),
          ...(label === '' ? {} : { [String(label)]: `${namespaceOf(prometheus)}/${prometheus.name}` }),
        },
      },
      ...(all.length > 0 && {
        alerting: {
          ...(alertRelabelConfigs && { alert_relabel_configs: alertRelabelConfigs.entries }),
          alertmanagers: all,
        },
      }),
    },
    parts: [
      { ...written, at: [] },
      ...own.flatMap((_, i): WrittenPart[] => [
        { ...written, at: [...at, i], path: [...path, i] },
        { ...written, at: [...at, i, 'alert_relabel_configs'], path: [...path, i, 'alertRelabelings'] },
      ]),
      ...(alertmanagers ? partsOf(alertmanagers, at, own.length) : []),
      ...(alertRelabelConfigs
        ? [{ ...alertRelabelConfigs.written, at: ['alerting', 'alert_relabel_configs'] }]
        : []),
    ],
  };
}
