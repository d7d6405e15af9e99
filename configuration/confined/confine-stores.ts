import type { Problem } from '../../core/errors.ts';
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
export function confineStore(file: string, config: Yaml): Problem[] {
  const reporting = file.startsWith('loki/') ? 'analytics' : 'usage_report';
  const problems: Problem[] = [];
  if (map(config[reporting]).reporting_enabled !== false) {
    problems.push({
      where: `${file}: ${reporting}.reporting_enabled`,
      message: 'it would report on itself to its makers',
      hint: 'set it to false',
    });
  }
  // Loki is told by flags, which Tempo does not have.
  const listening = file.startsWith('tempo/') ? ['http_listen_address', 'grpc_listen_address'] : [];
  for (const key of listening) {
    if ((map(config.server)[key] ?? '') !== '') continue;
    problems.push({
      where: `${file}: server.${key}`,
      message: 'is missing: it would listen to everybody',
      hint: 'set it to 127.0.0.1',
    });
  }
  for (const { path, key, value } of eachValue(config)) {
    if (remote.test(key)) {
      problems.push({
        where: `${file}: ${path}`,
        message: 'a drill keeps its telemetry on this machine',
        hint: 'use the file system',
      });
    } else if (typeof value === 'string' && written.test(key) && !ofTheRun.test(path)) {
      problems.push({
        where: `${file}: ${path}`,
        message: 'a drill keeps its files in a directory of its own, which goes away with it',
        hint: 'leave it out: the run says where',
      });
    } else if (typeof value === 'string' && choosing.test(key) && remoteChoice.test(value)) {
      problems.push({
        where: `${file}: ${path}`,
        message: `${value} is not part of the stack: a drill must not reach beyond it`,
        hint: 'use the file system, and inmemory for rings and caches',
      });
    } else if (typeof value === 'string' && mustBeOurs(path, key, value)) {
      const ours = notAsked.test(path) || /^distributor\.receivers\./.test(path) ? listensHere : isOurs;
      if (!addressesIn(value).every(ours)) problems.push(leaves(`${file}: ${path}`, value));
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
export function confineToxiproxy(file: string, config: unknown): Problem[] {
  if (!Array.isArray(config)) return [{ where: file, message: 'expected a list of proxies' }];
  return maps(config).flatMap((proxy, i) => [
    // Toxiproxy itself would take a key of other case for the same.
    ...Object.keys(proxy)
      .filter((key) => !proxyKeys.includes(key))
      .map((key) => ({ where: `${file}: [${i}].${key}`, message: 'there is no such key' })),
    ...['listen', 'upstream'].flatMap((key) => {
      const address = proxy[key];
      return isOurs(address) ? [] : leaves(`${file}: [${i}].${key}`, address);
    }),
  ]);
}
