import type { Problem } from '../../core/errors.ts';
import type { AlertmanagerNotifier } from '../../core/receivers/kind.ts';
import { alertmanagerKinds, kindOfAlertmanager } from '../../core/receivers/receivers.ts';
import { plainPath } from '../files/pairs.ts';
import { dataOf, yamlOf } from '../files/parse-yaml.ts';
import { Place } from '../files/place.ts';
import { eachValue } from '../files/walk-yaml.ts';
import { map, maps, type Yaml } from '../files/yaml.ts';
import { parseEnv } from '../paced/configure-env.ts';
import { isOurs, leaves, listensHere } from './confine-address.ts';
import { confineCollector } from './confine-collector.ts';
import { confineGrafana } from './confine-grafana.ts';
import { confineStore, confineToxiproxy } from './confine-stores.ts';
import { confineScrapes, confineTargets } from './confine-targets.ts';

/*
 * A drill must never page a real person or write to a real back end, whatever its configuration says.
 * This module checks each file as the run would use it, and refuses every setting that leads to another machine.
 */

/**
 * @param place the location of the file, for messages.
 * @returns a problem for each setting in `text`, the file as used, that leads to another machine.
 */
export function confine(path: string, text: string, place = new Place(path, text)): Problem[] {
  if (path.startsWith('grafana/')) return confineGrafana(path, text, place);
  if (path.endsWith('.env')) return environment(place, text);
  if (!/\.(ya?ml|json)$/.test(path)) return [];
  if (path.startsWith('toxiproxy/')) return confineToxiproxy(place, dataOf(text));
  const config = yamlOf(text);
  const plain = plainPath(path);
  if (plain === 'alertmanager/alertmanager.yml')
    return [...alertmanager(place, config), ...connections(place, config)];
  if (plain === 'prometheus/prometheus.yml')
    return [...prometheus(place, config), ...connections(place, config)];
  if (path.startsWith('collector/')) return confineCollector(place, config);
  const store = /^(loki|tempo)\//.exec(path)?.[1];
  return store === undefined ? [] : confineStore(place, config, store === 'loki' ? 'loki' : 'tempo');
}

/** What a service reads from its environment: the SDK's endpoints and exporters, proxies, look-ups of its cloud. */
const environment = (file: Place, text: string): Problem[] =>
  Object.entries(parseEnv(text)).flatMap(([key, value]): Problem[] => {
    const place = file.to(key);
    if (value === '') return [];
    // All services share the file, also one that has no telemetry, and no Collector beside it.
    if (/(ENDPOINT|(?<!NO_)PROXY|URL|HOST)$/.test(key))
      return listensHere(value) ? [] : [leaves(place, value)];
    const only = onlyOf(key);
    const others = only ? value.split(',').filter((one) => !only.includes(one.trim())) : [];
    if (others.length === 0) return [];
    return [
      place.problem(
        `what ${others.join(', ')} connects to is not known here: a drill must not reach beyond its own stack`,
        `use one of ${only?.join(', ')}`,
      ),
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
const connections = (file: Place, config: Yaml): Problem[] =>
  eachValue(config)
    // A label may have such a name.
    .filter(({ key, path }) => /^(proxy_url|token_url|endpoint)$/.test(key) && !/labels\.\w+$/.test(path))
    .filter(({ value }) => !isOurs(value))
    .map(({ at, value }) => leaves(file.to(...at), value));

function alertmanager(file: Place, config: Yaml): Problem[] {
  const global = map(config.global);
  const problems: Problem[] = [];
  maps(config.receivers).forEach((receiver, i) => {
    for (const [key, configs] of Object.entries(receiver)) {
      if (!key.endsWith('_configs')) continue;
      const place = file.to('receivers', i, key);
      const kind = kindOfAlertmanager(key);
      if (!kind) {
        problems.push(
          place.problem(
            'a drill would notify real people through it: it is not emulated',
            `emulated are ${alertmanagerKinds.map((one) => one.alertmanager.key).join(', ')}; leave this receiver out of the configuration for drills`,
          ),
        );
        continue;
      }
      maps(configs).forEach((entry, n) => {
        problems.push(...notifier(place.to(n), kind.alertmanager, entry, [file.to('global'), global]));
      });
    }
  });
  return problems;
}

function notifier(
  place: Place,
  { address, fixedAddress, unsupported: unwritten }: AlertmanagerNotifier,
  entry: Yaml,
  [globalPlace, global]: readonly [Place, Yaml],
): Problem[] {
  const hidden = unwritten.settings.filter((key) => key in entry);
  if (hidden.length > 0) {
    return hidden.map((key) =>
      place
        .to(key)
        .problem('leads to a real receiver: its address cannot be changed from here', unwritten.instead),
    );
  }
  if (fixedAddress && (fixedAddress.setting === undefined || fixedAddress.setting in entry)) {
    const at = fixedAddress.setting === undefined ? place : place.to(fixedAddress.setting);
    // Without the run's proxy it would reach the vendor itself.
    return map(entry.http_config).proxy_from_environment === true ? [] : [leaves(at, undefined)];
  }
  if (!address) return [];
  const own = entry[address.setting];
  // One without an address of its own takes the global one.
  const shared = address.global === undefined ? undefined : global[address.global];
  if (isOurs(own ?? shared)) return [];
  if (own !== undefined) return [leaves(place.to(address.setting), own)];
  return [
    shared === undefined || address.global === undefined
      ? leaves(place, undefined)
      : leaves(globalPlace.to(address.global), shared),
  ];
}

function prometheus(file: Place, config: Yaml): Problem[] {
  const managers = maps(map(config.alerting).alertmanagers);
  const problems: Problem[] = [
    ...managers.flatMap((entry, i) => confineTargets(file.to('alerting', 'alertmanagers', i), entry)),
    ...confineScrapes(file, config),
  ];
  for (const { at, key } of eachValue(config)) {
    if (!/^(sigv4|azuread|google_iam)$/.test(key)) continue;
    const message = 'it would ask a cloud for leave: a drill must not reach beyond its own stack';
    problems.push(file.to(...at).problem(message, 'leave it out of the configuration for drills'));
  }
  for (const key of ['remote_write', 'remote_read']) {
    maps(config[key]).forEach((entry, i) => {
      const { url } = entry;
      if (!isOurs(url)) problems.push(leaves(file.to(key, i, 'url'), url));
    });
  }
  return problems;
}
