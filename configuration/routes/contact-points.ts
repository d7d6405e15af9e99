import { isObserver } from '../../core/notifier.ts';
import type { PartialAddress } from '../../core/receivers/destination.ts';
import { kindOfAlertmanager, kindOfGrafana, type ReceiverName } from '../../core/receivers/receivers.ts';
import { definitionsIn } from '../../core/template-prints.ts';
import { isProvisioned } from '../files/grafana-folders.ts';
import { plainPath } from '../files/pairs.ts';
import { yamlOf } from '../files/parse-yaml.ts';
import { list, map, text, type Yaml } from '../files/yaml.ts';

/** What a configuration can notify, by the name that its routes know it by. */
export interface ContactPoint extends PartialAddress {
  /** Of Alertmanager's receiver, or of Grafana's contact point. */
  readonly name: string;
  readonly manager: 'alertmanager' | 'grafana';
  readonly kind: ReceiverName;
  /** Told not to send resolutions. */
  readonly noResolved?: true;
  /** The templates of the parts of its messages that its settings write; absent: they write none. */
  readonly writes?: Readonly<Record<string, string>>;
}

function written(parts: Yaml = {}): Pick<ContactPoint, 'writes'> {
  const texts = Object.entries(parts).filter((part): part is [string, string] => typeof part[1] === 'string');
  return texts.length > 0 ? { writes: Object.fromEntries(texts) } : {};
}

/** The bodies of every template that a configuration's messages may have rendered, by their names. */
export const messageTemplates = (files: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map(
    [...files].flatMap(([file, content]) => {
      if (plainPath(file).startsWith('alertmanager/') && !/\.ya?ml$/.test(file))
        return definitionsIn(content);
      if (!file.startsWith('grafana/') || !isProvisioned(file)) return [];
      return list(yamlOf(content).templates).flatMap((entry) => definitionsOf(map(entry)));
    }),
  );

/** Grafana defines a template by the name of its entry where its text defines none. */
function definitionsOf({ name, template }: Yaml): [string, string][] {
  const found = definitionsIn(String(template ?? ''));
  return found.length > 0 ? found : [[String(name), String(template ?? '')]];
}

/** Every way in which the files, as they are used, can notify somebody; one that has several has an entry for each. */
export function contactPointsIn(files: ReadonlyMap<string, string>): ContactPoint[] {
  return [...files].flatMap(([file, content]) => {
    if (plainPath(file) === 'alertmanager/alertmanager.yml') return inAlertmanager(yamlOf(content));
    return file.startsWith('grafana/') && isProvisioned(file) ? inGrafana(yamlOf(content)) : [];
  });
}

/** Receivers and contact points that have no notifier at all: what goes there reaches nobody. */
export function withoutNotifier(
  files: ReadonlyMap<string, string>,
): Pick<ContactPoint, 'name' | 'manager'>[] {
  const used = new Set(contactPointsIn(files).map(({ name, manager }) => `${manager} ${name}`));
  const named = [...files].flatMap(([file, content]): Pick<ContactPoint, 'name' | 'manager'>[] => {
    if (plainPath(file) === 'alertmanager/alertmanager.yml')
      return namesIn(yamlOf(content).receivers, 'alertmanager');
    const grafana = file.startsWith('grafana/') && isProvisioned(file);
    return grafana ? namesIn(yamlOf(content).contactPoints, 'grafana') : [];
  });
  return named.filter(({ name, manager }) => !used.has(`${manager} ${name}`));
}

const namesIn = (
  points: unknown,
  manager: ContactPoint['manager'],
): Pick<ContactPoint, 'name' | 'manager'>[] =>
  list(points).flatMap((point) => {
    const name = text(map(point).name);
    return name === undefined ? [] : [{ name, manager }];
  });

function inAlertmanager(config: Yaml): ContactPoint[] {
  return list(config.receivers).flatMap((receiver) => {
    const { name, ...kinds } = map(receiver);
    if (typeof name !== 'string') return [];
    return Object.entries(kinds).flatMap(([key, entries]) => {
      const kind = kindOfAlertmanager(key);
      if (!kind) return [];
      const { place, sendsResolved, writes } = kind.alertmanager;
      return list(entries)
        .filter(isUsers)
        .map((entry) => ({
          ...{ name, manager: 'alertmanager' as const, kind: kind.name },
          ...place(map(entry), name, map(config.global)),
          ...written(writes?.(map(entry))),
          ...((map(entry).send_resolved ?? sendsResolved) === false ? { noResolved: true as const } : {}),
        }));
    });
  });
}

function inGrafana(config: Yaml): ContactPoint[] {
  return list(config.contactPoints).flatMap((point) => {
    const name = text(map(point).name);
    if (name === undefined) return [];
    return list(map(point).receivers).flatMap((receiver) => {
      const { type, settings, disableResolveMessage } = map(receiver);
      const kind = kindOfGrafana(type);
      if (!kind || !isUsers(settings)) return [];
      return {
        ...{ name, manager: 'grafana' as const, kind: kind.name },
        ...kind.grafana.place(map(settings), name),
        ...written(kind.grafana.writes?.(map(settings))),
        ...(disableResolveMessage === true ? { noResolved: true as const } : {}),
      };
    });
  });
}

/** The webhooks that tell the drill what is sent are none that could notify anybody. */
const isUsers = (notifier: unknown): boolean => !isObserver(map(notifier).url);
