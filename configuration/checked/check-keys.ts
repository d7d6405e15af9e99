import type { Problem } from '../../core/errors.ts';
import type { ReceiverKind, SettingKind } from '../../core/receivers/kind.ts';
import { kindOfGrafana } from '../../core/receivers/receivers.ts';
import { map, maps, type Yaml } from '../files/yaml.ts';
import { consequences, type Keys, knownKeys } from './known-keys.ts';
import { nearestKey } from './nearest-key.ts';

/** Every key of a provisioning file that this Grafana would pass over. */
export function checkKeys(file: string, config: Yaml): Problem[] {
  const [, , folder = ''] = file.split('/');
  const known = knownKeys[folder];
  if (!known) return [];
  // Go's decoder of JSON, through which policies go, takes a key in any case.
  return [
    ...unknownIn(file, '', config, known),
    ...oldForm(file, folder, config),
    ...maps(config.contactPoints).flatMap((point, i) =>
      maps(point.receivers).flatMap((receiver, n) =>
        settingsOf(`${file}: contactPoints[${i}].receivers[${n}].settings`, receiver),
      ),
    ),
  ];
}

function unknownIn(file: string, at: string, value: unknown, known: Keys): Problem[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => unknownIn(file, `${at}[${i}]`, item, known));
  return Object.entries(map(value)).flatMap(([key, child]) => {
    const path = at === '' ? key : `${at}.${key}`;
    const below = Object.hasOwn(known, key) ? known[key] : undefined;
    if (below === undefined) {
      const anyCase = path.startsWith('policies[') && Object.keys(known).some((one) => isSame(one, key));
      return anyCase ? [] : [unknown(`${file}: ${path}`, key, Object.keys(known))];
    }
    return below === true ? [] : unknownIn(file, path, child, below);
  });
}

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

function unknown(where: string, key: string, known: readonly string[]): Problem {
  const consequence = Object.hasOwn(consequences, key) ? consequences[key] : undefined;
  const near = consequence === undefined ? nearestKey(key, known) : undefined;
  return {
    where,
    message: `this Grafana (10.0) knows no such key and would pass over it${consequence ? `: ${consequence}` : ''}`,
    hint:
      near === undefined
        ? `leave it out of the configuration for drills; known are ${known.join(', ')}`
        : `did you mean ${near}?`,
  };
}

/** Without a version Grafana reads these files as those of its version 4, with other keys. */
function oldForm(file: string, folder: string, { apiVersion }: Yaml): Problem[] {
  if (folder === 'alerting' || Number(apiVersion) >= 1) return [];
  return [
    {
      where: `${file}: apiVersion`,
      message: 'is missing: Grafana would read the file in an old form, with other keys',
      hint: 'write apiVersion: 1',
    },
  ];
}

function settingsOf(at: string, { type, settings }: Yaml): Problem[] {
  const receiver = kindOfGrafana(type);
  if (!receiver) return [];
  const known = receiver.grafana.settings;
  const kinds = Object.keys(known) as SettingKind[];
  return Object.entries(map(settings)).flatMap(([key, value]) => {
    const kind = kinds.find((one) => known[one]?.some((setting) => isSame(setting, key)));
    if (kind === undefined)
      return isSameHere(receiver, key, value)
        ? []
        : [unknown(`${at}.${key}`, key, Object.values(known).flat())];
    if (value === null || fits(value, kind)) return [];
    return [
      {
        where: `${at}.${key}`,
        message: `expected ${expected[kind]}: Grafana would not start`,
        ...(kind === 'text' ? { hint: 'put it into quotation marks' } : {}),
      },
    ];
  });
}

/** The vendor's region, which newer versions read: in a drill the hosts of all regions are the same emulated one. */
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
