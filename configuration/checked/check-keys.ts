import type { Problem } from '../../core/errors.ts';
import type { ReceiverKind, SettingKind } from '../../core/receivers/kind.ts';
import { kindOfGrafana } from '../../core/receivers/receivers.ts';
import { settingHint } from '../../core/similar-names.ts';
import type { Place } from '../files/place.ts';
import { map, maps, type Yaml } from '../files/yaml.ts';
import { consequences, type Keys, knownKeys } from './known-keys.ts';

/** Returns a problem for every key of a provisioning file that this version of Grafana would ignore. */
export function checkKeys(path: string, file: Place, config: Yaml): Problem[] {
  const [, , folder = ''] = path.split('/');
  const known = knownKeys[folder];
  if (!known) return [];
  return [
    ...Object.entries(config).flatMap(([key, value]) =>
      unknownIn(file, key, value, known, key === 'policies'),
    ),
    ...oldForm(file, folder, config),
    ...maps(config.contactPoints).flatMap((point, i) =>
      maps(point.receivers).flatMap((receiver, n) =>
        settingsOf(file.to('contactPoints', i, 'receivers', n, 'settings'), receiver),
      ),
    ),
  ];
}

/** @param anyCase whether keys may have any case. Grafana decodes policies with Go's JSON decoder, which ignores case. */
function unknownIn(above: Place, key: string, value: unknown, known: Keys, anyCase: boolean): Problem[] {
  const place = above.to(key);
  const below = Object.hasOwn(known, key) ? known[key] : undefined;
  if (below === undefined) {
    const names = Object.keys(known);
    return anyCase && names.some((one) => isSame(one, key)) ? [] : [unknown(place, key, names)];
  }
  return below === true ? [] : unknownBelow(place, value, below, anyCase);
}

function unknownBelow(place: Place, value: unknown, known: Keys, anyCase: boolean): Problem[] {
  if (Array.isArray(value))
    return value.flatMap((item, i) => unknownBelow(place.to(i), item, known, anyCase));
  return Object.entries(map(value)).flatMap(([key, child]) => unknownIn(place, key, child, known, anyCase));
}

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

function unknown(place: Place, key: string, known: readonly string[]): Problem {
  const consequence = Object.hasOwn(consequences, key) ? consequences[key] : undefined;
  return place.problem(
    `this Grafana (10.0) knows no such key and would pass over it${consequence ? `: ${consequence}` : ''}`,
    consequence === undefined ? settingHint(key, known) : 'leave it out of the configuration for drills',
  );
}

/** Without `apiVersion`, Grafana reads these files in the format of its version 4, which has other keys. */
function oldForm(file: Place, folder: string, { apiVersion }: Yaml): Problem[] {
  if (folder === 'alerting' || Number(apiVersion) >= 1) return [];
  const message = 'is missing: Grafana would read the file in an old form, with other keys';
  return [file.to('apiVersion').problem(message, 'write apiVersion: 1')];
}

function settingsOf(at: Place, { type, settings }: Yaml): Problem[] {
  const receiver = kindOfGrafana(type);
  if (!receiver) return [];
  const known = receiver.grafana.settings;
  const kinds = Object.keys(known) as SettingKind[];
  return Object.entries(map(settings)).flatMap(([key, value]) => {
    const place = at.to(key);
    const kind = kinds.find((one) => known[one]?.some((setting) => isSame(setting, key)));
    if (kind === undefined)
      return isSameHere(receiver, key, value) ? [] : [unknown(place, key, Object.values(known).flat())];
    if (value === null || fits(value, kind)) return [];
    const message = `expected ${expected[kind]}: Grafana would not start`;
    return [place.problem(message, kind === 'text' ? 'put it into quotation marks' : undefined)];
  });
}

/** The vendor's region, a key of newer versions. In a drill, one emulated host stands for all regions. */
const isSameHere = ({ grafana, hosts }: ReceiverKind, key: string, value: unknown): boolean =>
  key === grafana?.newerAddress &&
  hosts.some((host) => URL.parse(String(value))?.origin === `https://${host}`);

const expected: Readonly<Record<SettingKind, string>> = {
  text: 'a text',
  flag: 'true or false',
  number: 'a number',
  map: 'a map (key: value) of texts',
};

function fits(value: unknown, kind: SettingKind): boolean {
  if (kind === 'text') return typeof value === 'string';
  if (kind === 'flag') return typeof value === 'boolean';
  if (kind === 'number')
    return typeof value === 'number' || (typeof value === 'string' && /^\d*$/.test(value));
  return Object.values(map(value)).every((item) => typeof item === 'string') && !Array.isArray(value);
}
