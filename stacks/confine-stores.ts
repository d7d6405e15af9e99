import type { Problem } from '../core/errors.ts';
import { isOurs, leaves } from './confine-address.ts';
import { list, map, type Yaml } from './grafana/yaml.ts';

/* See confine.ts: what keeps telemetry, and what it passes through. */

/** Whatever a Collector names as an endpoint, to send to or to listen at, must be on this machine. */
export function confineCollector(file: string, config: Yaml): Problem[] {
  return eachValue(config)
    .filter(({ key, value }) => /(endpoint|proxy_url)$/.test(key) && !isOurs(value))
    .map(({ path, value }) => leaves(`${file}: ${path}`, value));
}

/** Where Loki and Tempo could keep what they are sent, other than in files. */
const remote =
  /^(s3|s3storage|gcs|azure|aws|bos|swift|cos|alibabacloud|bigtable|cassandra|grpc_store|remote_write)$/;

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
  for (const { path, key, value } of eachValue(config)) {
    if (remote.test(key)) {
      problems.push({
        where: `${file}: ${path}`,
        message: 'a drill keeps its telemetry on this machine',
        hint: 'use the file system',
      });
    } else if (typeof value === 'string' && isAddress(value) && !isOurs(value)) {
      problems.push(leaves(`${file}: ${path}`, value));
    }
  }
  return problems;
}

/** @param config what `proxies.json` holds. */
export function confineToxiproxy(file: string, config: unknown): Problem[] {
  return list(config).flatMap((proxy, i) =>
    ['listen', 'upstream'].flatMap((key) => {
      const address = map(proxy)[key];
      return isOurs(address) ? [] : leaves(`${file}: [${i}].${key}`, address);
    }),
  );
}

/** `https://…`, `host:9095`, and not `15m` or `24h:30m`. */
const isAddress = (text: string): boolean =>
  /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^(?!\d+[a-z])[\w.-]*[a-z][\w.-]*:\d+$/i.test(text);

interface Value {
  /** `exporters.otlp_http.endpoint` */
  readonly path: string;
  readonly key: string;
  readonly value: unknown;
}

/** Every setting in a configuration at any depth, the outer before the inner. */
function eachValue(config: unknown, path = ''): Value[] {
  const entries = Array.isArray(config) ? config.entries() : Object.entries(map(config));
  return [...entries].flatMap(([name, value]) => {
    const at = typeof name === 'number' ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    return [{ path: at, key: String(name), value }, ...eachValue(value, at)];
  });
}
