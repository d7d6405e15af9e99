import type { Problem } from '../../core/errors.ts';
import { nameHint } from '../../core/similar-names.ts';
import type { Place } from '../files/place.ts';
import { eachValue } from '../files/walk-yaml.ts';
import { map, maps, type Yaml } from '../files/yaml.ts';
import { addressesIn, isAddress, isOurs, leaves, listensHere } from './confine-address.ts';

/* See confine.ts: what keeps telemetry, and what it passes through. */

/** Where Loki and Tempo could keep what they are sent, other than in files. */
const remote =
  /^(s3|s3storage|gcs|azure|aws|bos|swift|cos|alibabacloud|bigtable|cassandra|grpc_store|remote_write)$/;

/** Settings that choose among them by a word, also where nothing else is said of the chosen. */
const choosing =
  /^(store|object_store|shared_store|delete_request_store|backend|type|cache|primary|secondary)$/;
const remoteChoice =
  /^(s3|gcs|azure|aws|aws-dynamo|dynamodb|bos|swift|cos|alibabacloud|bigtable|bigtable-hashed|gcp|cassandra|grpc-store|consul|etcd|multi|memcached|redis|kafka)$/;

/** Settings that name whom to connect to, whatever it looks like. */
const asked = /(^|_)(address(es)?|addr|endpoints?|hosts?|hostname|servers?|brokers|members|url)$/;
/** Where something is listened at or advertised, or shown to people. */
const notAsked =
  /(^|[._])(listen_address|instance_addr|advertise_addr|bind_addr(\[\d+\])?|external_url)$|(^|[._])(frontend|lifecycler)\.address$/;

/** Where Loki and Tempo would write files. */
const written = /^(path|dir|\w+_dir|directory|\w+_directory|rule_path|cache_location)$/;
/** Of these the run's flags have the last word. */
const ofTheRun =
  /^(storage\.trace\.(local|wal)\.path|common\.storage\.filesystem\.(chunks|rules)_directory)$/;

/** Loki and Tempo, which also report on themselves to their makers unless told not to. */
export function confineStore(file: Place, config: Yaml, store: 'loki' | 'tempo'): Problem[] {
  const reporting = store === 'loki' ? 'analytics' : 'usage_report';
  const problems: Problem[] = [];
  if (map(config[reporting]).reporting_enabled !== false) {
    const place = file.to(reporting, 'reporting_enabled');
    problems.push(place.problem('it would report on itself to its makers', 'set it to false'));
  }
  // Loki is told by flags, which Tempo does not have.
  const listening = store === 'tempo' ? ['http_listen_address', 'grpc_listen_address'] : [];
  for (const key of listening) {
    if ((map(config.server)[key] ?? '') !== '') continue;
    const message = 'is missing: it would listen to everybody';
    problems.push(file.to('server', key).problem(message, 'set it to 127.0.0.1'));
  }
  for (const { at, path, key, value } of eachValue(config)) {
    const place = file.to(...at);
    if (remote.test(key)) {
      problems.push(place.problem('a drill keeps its telemetry on this machine', 'use the file system'));
    } else if (typeof value === 'string' && written.test(key) && !ofTheRun.test(path)) {
      const message = 'a drill keeps its files in a directory of its own, which goes away with it';
      problems.push(place.problem(message, 'leave it out: the run says where'));
    } else if (typeof value === 'string' && choosing.test(key) && remoteChoice.test(value)) {
      const message = `${value} is not part of the stack: a drill must not reach beyond it`;
      problems.push(place.problem(message, 'use the file system, and inmemory for rings and caches'));
    } else if (typeof value === 'string' && mustBeOurs(path, key, value)) {
      const ours = notAsked.test(path) || /^distributor\.receivers\./.test(path) ? listensHere : isOurs;
      if (!addressesIn(value).every(ours)) problems.push(leaves(place, value));
    }
  }
  return problems;
}

/** Hosts and members are named without a port too. */
function mustBeOurs(path: string, key: string, value: string): boolean {
  if (path.endsWith('.external_url') || value === '') return false;
  // Of a list the name stands before the number.
  const name = /^\d+$/.test(key) ? (/([^.[\]]+)(\[\d+\])+$/.exec(path)?.[1] ?? key) : key;
  return asked.test(name) || addressesIn(value).some(isAddress);
}

const proxyKeys = ['name', 'listen', 'upstream', 'enabled'];

/** @param config what `proxies.json` holds. */
export function confineToxiproxy(file: Place, config: unknown): Problem[] {
  if (!Array.isArray(config)) return [file.problem('expected a list of proxies')];
  return maps(config).flatMap((proxy, i) => [
    // Toxiproxy itself would take a key of other case for the same.
    ...Object.keys(proxy)
      .filter((key) => !proxyKeys.includes(key))
      .map((key) => file.to(i, key).problem('there is no such key', nameHint(key, proxyKeys))),
    ...['listen', 'upstream'].flatMap((key) => {
      const address = proxy[key];
      return isOurs(address) ? [] : leaves(file.to(i, key), address);
    }),
  ]);
}
