import { readFileSync } from 'node:fs';

/**
 * A body that a real Alertmanager 0.28.1 posted, or with `grafana-` a Grafana 10.0 (host names replaced, the
 * fields of a form as members).
 */
export function fixture(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'));
}
