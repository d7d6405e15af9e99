import type { Problem } from '../../core/errors.ts';
import { settingHint } from '../../core/similar-names.ts';
import { knownComponents } from '../files/collector-components.ts';
import type { Place } from '../files/place.ts';
import { eachValue } from '../files/walk-yaml.ts';
import { map, type Yaml } from '../files/yaml.ts';
import { addressesIn, isAddress, isOurs, leaves, listensHere } from './confine-address.ts';
import { confineScrapes } from './confine-targets.ts';

/** Settings that name where something is sent, asked or listened at, by the end of their name. */
const addressKey = /(^|_)(endpoints?|url|urls|brokers|servers|hosts?|hostnames|address(es)?)$/;
/** Parts whose components listen, and send nothing. What httpcheck names it asks. */
const listening =
  /^(receivers\.(?!httpcheck\b)|extensions\.(health_check|healthcheckv2|pprof|zpages)\b|exporters\.prometheus(\/|\.|$))/;

/** Whatever a Collector names as an endpoint, to send to or to listen at, must be the run's. */
export function confineCollector(file: Place, config: Yaml): Problem[] {
  return [...kinds(file, config), ...scrapes(file, config), ...addresses(file, config)];
}

function kinds(file: Place, config: Yaml): Problem[] {
  return Object.entries(knownComponents).flatMap(([part, names]) =>
    Object.keys(map(config[part])).flatMap((id) => {
      const kind = id.split('/')[0] ?? '';
      if (names.includes(kind)) return [];
      return file
        .to(part, id)
        .problem(
          `what ${kind} connects to is not known here: a drill must not reach beyond its own stack`,
          settingHint(kind, names),
        );
    }),
  );
}

/** The prometheus receiver holds a whole configuration of scrapes. */
function scrapes(file: Place, config: Yaml): Problem[] {
  return Object.entries(map(config.receivers)).flatMap(([id, receiver]) => {
    if (id.split('/')[0] !== 'prometheus') return [];
    return confineScrapes(file.to('receivers', id, 'config'), map(map(receiver).config));
  });
}

function addresses(file: Place, config: Yaml): Problem[] {
  return eachValue(config).flatMap(({ at, path, key, value }): Problem[] => {
    const place = file.to(...at);
    if (typeof value === 'string' && /\$\{(file|https?|yaml):/.test(value)) {
      return [
        place.problem('what the Collector takes from elsewhere cannot be checked', 'write it into this file'),
      ];
    }
    const name = key.replace(/^\d+$/, () => /([^.[\]]+)(\[\d+\])+$/.exec(path)?.[1] ?? key);
    if (typeof value !== 'string' && !(value === null && addressKey.test(name))) return [];
    if (!mustBeChecked(path, name, value)) return [];
    const ours = listening.test(path) ? listensHere : isOurs;
    const all = addressesIn(value ?? '');
    return all.length > 0 && all.every(ours) ? [] : [leaves(place, value)];
  });
}

/** Of the parts that send, every address; of the others, what is named as one. */
function mustBeChecked(path: string, name: string, value: string | null): boolean {
  if (/\.headers[.[]/.test(path) || /^(processors|connectors)\./.test(path)) return false;
  if (/(^|_)(endpoints?|proxy_url|token_url)$/.test(name)) return true;
  if (!/^(exporters|extensions)\.|^service\.telemetry\./.test(path)) return false;
  if (/^service\.telemetry\.resource\b/.test(path)) return false;
  return (addressKey.test(name) && value !== '') || addressesIn(value ?? '').some(isAddress);
}
