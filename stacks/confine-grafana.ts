import { parse } from 'yaml';
import type { Problem } from '../core/errors.ts';
import { isOurs } from './confine-address.ts';
import { list, map, type Yaml } from './grafana/yaml.ts';

/*
 * A drill must never page a real person nor read a real back end. Vendors' hosts stay as they are written: the run's
 * proxy leads the ones below to emulated receivers and lets no other through, so a contact point that leads elsewhere
 * is refused here rather than found silent in the drill.
 */

/** Kinds of contact point that are emulated, and why one of them would still lead elsewhere. */
const emulated: Readonly<Record<string, (settings: Yaml) => Omit<Problem, 'where'> | undefined>> = {
  telegram: () => undefined,
  pagerduty: () => undefined,
  slack: ({ url, endpointUrl, token }) => {
    if (URL.parse(String(url))?.origin === 'https://hooks.slack.com') return undefined;
    return {
      message: `${url ?? endpointUrl ?? (token === undefined ? 'no address' : 'a token, for https://slack.com/api')}: only Slack's incoming webhooks are emulated`,
      hint: 'write url: https://hooks.slack.com/services/…; a made-up one will do',
    };
  },
  webhook: ({ url }) => (isOursAsWritten(url) ? undefined : leaves(url)),
};

/** Data sources that ask nobody. */
const selfContained = ['testdata', 'grafana-testdata-datasource'];

/** @returns every setting in `text`, the file as used, that would leave this machine. */
export function confineGrafana(file: string, text: string): Problem[] {
  if (!/\.ya?ml$/.test(file)) return [];
  const config = map(parse(text));
  return [...contactPoints(file, config), ...dataSources(file, config)];
}

function contactPoints(file: string, config: Yaml): Problem[] {
  return list(config.contactPoints).flatMap((point, i) =>
    list(map(point).receivers).flatMap((receiver, n) => {
      const { type, settings } = map(receiver);
      const where = `${file}: contactPoints[${i}].receivers[${n}]`;
      if (typeof type !== 'string') return [];
      const fault = emulated[type];
      if (fault === undefined) {
        return {
          where: `${where}.type`,
          message: `${type} would notify real people: it is not emulated`,
          hint: `emulated are ${Object.keys(emulated).join(', ')}; leave this one out of the configuration for drills`,
        };
      }
      const found = fault(map(settings));
      return found ? { where: `${where}.settings`, ...found } : [];
    }),
  );
}

function dataSources(file: string, config: Yaml): Problem[] {
  return list(config.datasources).flatMap((source, i) => {
    const { type, url } = map(source);
    if (isOursAsWritten(url) || selfContained.includes(String(type))) return [];
    return { where: `${file}: datasources[${i}].url`, ...leaves(url) };
  });
}

const leaves = (address: unknown): Omit<Problem, 'where'> => ({
  message: `${address === undefined ? 'no address' : String(address)}: a drill must not reach beyond this machine`,
  hint: 'use an address of the stack (http://prometheus:9090, http://loki:3100, http://tempo:3200); webhooks are led to the emulated one by themselves',
});

/** What Grafana would take from its environment (`$…`) is no address of ours. */
const isOursAsWritten = (address: unknown): boolean => isOurs(address) && !String(address).includes('$');
