import type { Problem } from '../../core/errors.ts';
import { grafanaKinds, kindOfGrafana } from '../../core/receivers/receivers.ts';
import { isProvisioned } from '../files/grafana-folders.ts';
import { yamlOf } from '../files/parse-yaml.ts';
import { Place } from '../files/place.ts';
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
  { hosts, anywhere, grafana: { address } }: (typeof grafanaKinds)[number],
  settings: Yaml,
): Omit<Problem, 'where'> | undefined {
  if (!address) return undefined;
  const url = settings[address.setting] ?? address.otherwise?.(settings);
  // Without an address Grafana uses the vendor's, or refuses the contact point.
  if (anywhere)
    return isOursAsWritten(url) || (url === undefined && hosts.length > 0) ? undefined : beyond(url);
  if (hosts.some((host) => URL.parse(String(url))?.origin === `https://${host}`)) return undefined;
  const { emulated = `addresses at ${hosts.join(' and ')}`, example = `https://${hosts[0]}/…` } = address;
  return {
    message: `${shown(url)}: only ${emulated} are emulated`,
    hint: `write ${address.setting}: ${example}; a made-up one will do`,
  };
}

/** Data sources that ask nobody. */
const selfContained = ['testdata', 'grafana-testdata-datasource'];

/**
 * @param place the location of the file, for messages.
 * @returns a problem for each setting in `text`, the file as used, that leads to another machine.
 */
export function confineGrafana(path: string, text: string, place = new Place(path, text)): Problem[] {
  if (!isProvisioned(path)) return [];
  const config = yamlOf(text);
  return [...contactPoints(place, config), ...dataSources(place, config)];
}

function contactPoints(file: Place, config: Yaml): Problem[] {
  return list(config.contactPoints).flatMap((point, i) =>
    list(map(point).receivers).flatMap((receiver, n) => {
      const { type, settings } = map(receiver);
      const place = file.to('contactPoints', i, 'receivers', n);
      if (typeof type !== 'string') return [];
      const kind = kindOfGrafana(type);
      if (!kind) {
        return place
          .to('type')
          .problem(
            `${type} would notify real people: it is not emulated`,
            `emulated are ${grafanaKinds.map(({ grafana }) => grafana.type).join(', ')}; leave this one out of the configuration for drills`,
          );
      }
      const found = elsewhere(kind, map(settings));
      const own = place.to('settings');
      if (!found) return expanded(own, settings);
      const setting = kind.grafana.address?.setting ?? '';
      return (setting in map(settings) ? own.to(setting) : own).problem(found.message, found.hint);
    }),
  );
}

function dataSources(file: Place, config: Yaml): Problem[] {
  return list(config.datasources).flatMap((source, i) => {
    const { type, url } = map(source);
    const place = file.to('datasources', i);
    if (!isOursAsWritten(url) && !selfContained.includes(String(type))) return leaves(place.to('url'), url);
    return [
      ...expanded(place, source),
      ...eachValue(map(source).jsonData)
        .filter(({ key, value }) => /^(token_?url|endpoint|proxy_?url)$/i.test(key) && !isOurs(value))
        .map(({ at, value }) => leaves(place.to('jsonData', ...at), value)),
    ];
  });
}

/**
 * Grafana would take these from files of this machine or from its environment, of which a drill gives it none of
 * yours: https://grafana.com/docs/grafana/latest/administration/provisioning/#using-environment-variables
 */
const expanded = (place: Place, settings: unknown): Problem[] =>
  eachValue(settings)
    .filter(({ value }) => typeof value === 'string' && /\$[\w{]/.test(value.replaceAll('$$', '')))
    .map(({ at }) =>
      place
        .to(...at)
        .problem(
          'Grafana would put something from its environment or from a file in place of `$…`',
          'write a made-up value; a `$` that is to stay is written `$$`',
        ),
    );

const beyond = (address: unknown): Omit<Problem, 'where'> => ({
  message: `${shown(address)}: a drill must not reach beyond this machine`,
  hint: 'use an address of the stack (http://prometheus:9090, http://loki:3100, http://tempo:3200); webhooks are led to the emulated one by themselves',
});

const leaves = (place: Place, address: unknown): Problem => ({ where: place.where, ...beyond(address) });

/** What Grafana would take from its environment (`$…`) is no address of ours. */
const isOursAsWritten = (address: unknown): boolean => isOurs(address) && !String(address).includes('$');
