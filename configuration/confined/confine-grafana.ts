import type { Problem } from '../../core/errors.ts';
import { grafanaKinds, kindOfGrafana } from '../../core/receivers/receivers.ts';
import { isProvisioned } from '../files/grafana-folders.ts';
import { yamlOf } from '../files/parse-yaml.ts';
import { eachValue } from '../files/walk-yaml.ts';
import { list, map, type Yaml } from '../files/yaml.ts';
import { isOurs, shown } from './confine-address.ts';

/*
 * A drill must never page a real person nor read a real back end. Vendors' hosts stay as they are written: the run's
 * proxy leads the ones below to emulated receivers and lets no other through, so a contact point that leads elsewhere
 * is refused here rather than found silent in the drill.
 */

/** Why a contact point of an emulated kind would still lead elsewhere. */
function elsewhere(
  { hosts, grafana: { address } }: (typeof grafanaKinds)[number],
  settings: Yaml,
): Omit<Problem, 'where'> | undefined {
  if (!address) return undefined;
  const url = settings[address.setting];
  if (hosts.length === 0) return isOursAsWritten(url) ? undefined : leaves(url);
  if (hosts.some((host) => URL.parse(String(url))?.origin === `https://${host}`)) return undefined;
  const { emulated = `addresses at ${hosts.join(' and ')}`, example = `https://${hosts[0]}/…` } = address;
  const instead = url === undefined ? address.otherwise?.(settings) : undefined;
  return {
    message: `${typeof instead === 'string' ? instead : shown(instead?.address ?? url)}: only ${emulated} are emulated`,
    hint: `write ${address.setting}: ${example}; a made-up one will do`,
  };
}

/** Data sources that ask nobody. */
const selfContained = ['testdata', 'grafana-testdata-datasource'];

/** @returns every setting in `text`, the file as used, that would leave this machine. */
export function confineGrafana(file: string, text: string): Problem[] {
  if (!isProvisioned(file)) return [];
  const config = yamlOf(text);
  return [...contactPoints(file, config), ...dataSources(file, config)];
}

function contactPoints(file: string, config: Yaml): Problem[] {
  return list(config.contactPoints).flatMap((point, i) =>
    list(map(point).receivers).flatMap((receiver, n) => {
      const { type, settings } = map(receiver);
      const where = `${file}: contactPoints[${i}].receivers[${n}]`;
      if (typeof type !== 'string') return [];
      const kind = kindOfGrafana(type);
      if (!kind) {
        return {
          where: `${where}.type`,
          message: `${type} would notify real people: it is not emulated`,
          hint: `emulated are ${grafanaKinds.map(({ grafana }) => grafana.type).join(', ')}; leave this one out of the configuration for drills`,
        };
      }
      const found = elsewhere(kind, map(settings));
      return found ? { where: `${where}.settings`, ...found } : expanded(`${where}.settings`, settings);
    }),
  );
}

function dataSources(file: string, config: Yaml): Problem[] {
  return list(config.datasources).flatMap((source, i) => {
    const { type, url } = map(source);
    const where = `${file}: datasources[${i}]`;
    if (!isOursAsWritten(url) && !selfContained.includes(String(type)))
      return { where: `${where}.url`, ...leaves(url) };
    return [
      ...expanded(where, source),
      ...eachValue(map(source).jsonData)
        .filter(({ key, value }) => /^(token_?url|endpoint|proxy_?url)$/i.test(key) && !isOurs(value))
        .map(({ path, value }) => ({ where: `${where}.jsonData.${path}`, ...leaves(value) })),
    ];
  });
}

/**
 * Grafana would take these from files of this machine or from its environment, of which a drill gives it none of
 * yours: https://grafana.com/docs/grafana/latest/administration/provisioning/#using-environment-variables
 */
const expanded = (where: string, settings: unknown): Problem[] =>
  eachValue(settings)
    .filter(({ value }) => typeof value === 'string' && /\$[\w{]/.test(value.replaceAll('$$', '')))
    .map(({ path }) => ({
      where: `${where}.${path}`,
      message: 'Grafana would put something from its environment or from a file in place of `$…`',
      hint: 'write a made-up value; a `$` that is to stay is written `$$`',
    }));

const leaves = (address: unknown): Omit<Problem, 'where'> => ({
  message: `${shown(address)}: a drill must not reach beyond this machine`,
  hint: 'use an address of the stack (http://prometheus:9090, http://loki:3100, http://tempo:3200); webhooks are led to the emulated one by themselves',
});

/** What Grafana would take from its environment (`$…`) is no address of ours. */
const isOursAsWritten = (address: unknown): boolean => isOurs(address) && !String(address).includes('$');
