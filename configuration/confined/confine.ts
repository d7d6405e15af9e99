import type { Problem } from '../../core/errors.ts';
import type { AlertmanagerNotifier } from '../../core/receivers/kind.ts';
import { alertmanagerKinds, kindOfAlertmanager } from '../../core/receivers/receivers.ts';
import { dataOf, yamlOf } from '../files/parse-yaml.ts';
import { eachValue } from '../files/walk-yaml.ts';
import { map, maps, type Yaml } from '../files/yaml.ts';
import { parseEnv } from '../paced/configure-env.ts';
import { isOurs, leaves, listensHere } from './confine-address.ts';
import { confineCollector } from './confine-collector.ts';
import { confineGrafana } from './confine-grafana.ts';
import { confineStore, confineToxiproxy } from './confine-stores.ts';
import { confineScrapes, confineTargets } from './confine-targets.ts';

/*
 * A drill must never page a real person nor write to a real back end, whatever configuration it is given.
 * This looks at each file as the run would use it, and refuses what would lead anywhere but to this machine.
 */

/** @returns every setting in `text`, the file as used, that would leave this machine. */
export function confine(file: string, text: string): Problem[] {
  if (file.startsWith('grafana/')) return confineGrafana(file, text);
  if (file.endsWith('.env')) return environment(file, text);
  if (!/\.(ya?ml|json)$/.test(file)) return [];
  if (file.startsWith('toxiproxy/')) return confineToxiproxy(file, dataOf(text));
  const config = yamlOf(text);
  if (file === 'alertmanager/alertmanager.yml')
    return [...alertmanager(file, config), ...connections(file, config)];
  if (file === 'prometheus/prometheus.yml')
    return [...prometheus(file, config), ...connections(file, config)];
  if (file.startsWith('collector/')) return confineCollector(file, config);
  if (/^(loki|tempo)\//.test(file)) return confineStore(file, config);
  return [];
}

/** What a service reads from its environment: the SDK's endpoints and exporters, proxies, look-ups of its cloud. */
const environment = (file: string, text: string): Problem[] =>
  Object.entries(parseEnv(text)).flatMap(([key, value]): Problem[] => {
    const where = `${file}: ${key}`;
    if (value === '') return [];
    // All services share the file, also one that has no telemetry, and no Collector beside it.
    if (/(ENDPOINT|(?<!NO_)PROXY|URL|HOST)$/.test(key))
      return listensHere(value) ? [] : [leaves(where, value)];
    const only = onlyOf(key);
    const others = only ? value.split(',').filter((one) => !only.includes(one.trim())) : [];
    if (others.length === 0) return [];
    return [
      {
        where,
        message: `what ${others.join(', ')} connects to is not known here: a drill must not reach beyond its own stack`,
        hint: `use one of ${only?.join(', ')}`,
      },
    ];
  });

/** Values by which the SDK sends to the named endpoint or to nobody, and learns of its resource without asking anybody. */
function onlyOf(key: string): readonly string[] | undefined {
  if (/^OTEL_(METRICS|TRACES|LOGS)_EXPORTER$/.test(key)) return ['otlp', 'console', 'none'];
  if (key === 'OTEL_NODE_RESOURCE_DETECTORS')
    return ['env', 'host', 'os', 'process', 'serviceinstance', 'container', 'none'];
  return undefined;
}

/** Where requests of any kind are led through or asked for leave, and where traces of a component itself go. */
const connections = (file: string, config: Yaml): Problem[] =>
  eachValue(config)
    .filter(({ key, value }) => /^(proxy_url|token_url|endpoint)$/.test(key) && !isOurs(value))
    .map(({ path, value }) => leaves(`${file}: ${path}`, value));

function alertmanager(file: string, config: Yaml): Problem[] {
  const global = map(config.global);
  const problems: Problem[] = [];
  maps(config.receivers).forEach((receiver, i) => {
    for (const [key, configs] of Object.entries(receiver)) {
      if (!key.endsWith('_configs')) continue;
      const at = `${file}: receivers[${i}].${key}`;
      const kind = kindOfAlertmanager(key);
      if (!kind) {
        problems.push({
          where: at,
          message: 'a drill would notify real people through it: it is not emulated',
          hint: `emulated are ${alertmanagerKinds.map((one) => one.alertmanager.key).join(', ')}; leave this receiver out of the configuration for drills`,
        });
        continue;
      }
      maps(configs).forEach((entry, n) => {
        problems.push(...notifier(`${at}[${n}]`, kind.alertmanager, entry, global));
      });
    }
  });
  return problems;
}

function notifier(
  at: string,
  { address, unsupported: unwritten }: AlertmanagerNotifier,
  entry: Yaml,
  global: Yaml,
): Problem[] {
  const hidden = unwritten.settings.filter((key) => key in entry);
  if (hidden.length > 0) {
    return hidden.map((key) => ({
      where: `${at}.${key}`,
      message: 'leads to a real receiver: its address cannot be changed from here',
      hint: unwritten.instead,
    }));
  }
  // One without an address of its own takes the global one.
  const to = entry[address.setting] ?? (address.global === undefined ? undefined : global[address.global]);
  return isOurs(to) ? [] : [leaves(at, to)];
}

function prometheus(file: string, config: Yaml): Problem[] {
  const managers = maps(map(config.alerting).alertmanagers);
  const problems: Problem[] = [
    ...managers.flatMap((entry, i) => confineTargets(`${file}: alerting.alertmanagers[${i}]`, entry)),
    ...confineScrapes(`${file}: `, config),
  ];
  for (const { path, key } of eachValue(config)) {
    if (!/^(sigv4|azuread|google_iam)$/.test(key)) continue;
    problems.push({
      where: `${file}: ${path}`,
      message: 'it would ask a cloud for leave: a drill must not reach beyond its own stack',
      hint: 'leave it out of the configuration for drills',
    });
  }
  for (const key of ['remote_write', 'remote_read']) {
    maps(config[key]).forEach((entry, i) => {
      const { url } = entry;
      if (!isOurs(url)) problems.push(leaves(`${file}: ${key}[${i}].url`, url));
    });
  }
  return problems;
}
