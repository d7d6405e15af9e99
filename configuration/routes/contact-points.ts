import { parse } from 'yaml';
import { isObserver } from '../../core/notifier.ts';
import type { ReceiverName } from '../../core/scenario.ts';
import { isProvisioned, list, map, text, type Yaml } from '../files/grafana-files.ts';

/** What a configuration can notify, by the name that its routes know it by. */
export interface ContactPoint {
  /** Of Alertmanager's receiver, or of Grafana's contact point. */
  readonly name: string;
  readonly manager: 'alertmanager' | 'grafana';
  readonly kind: ReceiverName;
  /** What makes this place another than the rest of its kind; secret. Absent where only a template knows it. */
  readonly address?: readonly string[];
  /** What its messages say besides: Slack's channel, the name that a webhook is told. Absent where only a template knows it. */
  readonly detail?: string;
  /** Told not to send resolutions. */
  readonly noResolved?: true;
}

type Place = Pick<ContactPoint, 'address' | 'detail'>;

/** Every way in which the files, as they are used, can notify somebody; one that has several has an entry for each. */
export function contactPointsIn(files: ReadonlyMap<string, string>): ContactPoint[] {
  return [...files].flatMap(([file, content]) => {
    if (file === 'alertmanager/alertmanager.yml') return inAlertmanager(yaml(content));
    return file.startsWith('grafana/') && isProvisioned(file) ? inGrafana(yaml(content)) : [];
  });
}

/** Files that are used have been parsed before; YAML's own words for a fault were told then. */
const yaml = (content: string): Yaml => map(parse(content, { merge: true }));

/** Receivers and contact points that have no notifier at all: what goes there reaches nobody. */
export function withoutNotifier(
  files: ReadonlyMap<string, string>,
): Pick<ContactPoint, 'name' | 'manager'>[] {
  const used = new Set(contactPointsIn(files).map(({ name, manager }) => `${manager} ${name}`));
  const named = [...files].flatMap(([file, content]): Pick<ContactPoint, 'name' | 'manager'>[] => {
    if (file === 'alertmanager/alertmanager.yml') return namesIn(yaml(content).receivers, 'alertmanager');
    const grafana = file.startsWith('grafana/') && isProvisioned(file);
    return grafana ? namesIn(yaml(content).contactPoints, 'grafana') : [];
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

/** Alertmanager's Slack notifiers alone send no resolutions unless they are told to. */
const noResolved = (kind: ReceiverName, told: unknown): Pick<ContactPoint, 'noResolved'> =>
  (told ?? kind !== 'slack') === false ? { noResolved: true } : {};

/** https://prometheus.io/docs/alerting/latest/configuration/#receiver-integration-settings */
const ofAlertmanager: Readonly<
  Record<string, [ReceiverName, (entry: Yaml, name: string, global: Yaml) => Place]>
> = {
  slack_configs: [
    'slack',
    ({ api_url, channel }, _, { slack_api_url }) => ({
      ...address(pathOf(api_url ?? slack_api_url)),
      ...detail(channel ?? ''),
    }),
  ],
  pagerduty_configs: ['pagerduty', ({ routing_key }) => address(routing_key)],
  webhook_configs: ['webhook', ({ url }, name) => ({ ...address(pathOf(url)), detail: name })],
};

function inAlertmanager(config: Yaml): ContactPoint[] {
  return list(config.receivers).flatMap((receiver) => {
    const { name, ...kinds } = map(receiver);
    if (typeof name !== 'string') return [];
    return Object.entries(ofAlertmanager).flatMap(([key, [kind, place]]) =>
      list(kinds[key])
        .filter(isUsers)
        .map((entry) => ({
          name,
          manager: 'alertmanager' as const,
          kind,
          ...place(map(entry), name, map(config.global)),
          ...noResolved(kind, map(entry).send_resolved),
        })),
    );
  });
}

/** https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/ */
const ofGrafana: Readonly<Record<ReceiverName, (settings: Yaml, name: string) => Place>> = {
  telegram: ({ bottoken, chatid }) => address(bottoken, typeof chatid === 'number' ? `${chatid}` : chatid),
  slack: ({ url, recipient }) => ({ ...address(pathOf(url)), ...detail(recipient ?? '') }),
  pagerduty: ({ integrationKey }) => address(integrationKey),
  webhook: ({ url }, name) => ({ ...address(pathOf(url)), detail: name }),
};

function inGrafana(config: Yaml): ContactPoint[] {
  return list(config.contactPoints).flatMap((point) => {
    const name = text(map(point).name);
    if (name === undefined) return [];
    return list(map(point).receivers).flatMap((receiver) => {
      const { type, settings, disableResolveMessage } = map(receiver);
      if (!isUsers(settings)) return [];
      const kind = kindOf(type);
      return kind
        ? [
            {
              ...{ name, manager: 'grafana' as const, kind },
              ...ofGrafana[kind](map(settings), name),
              ...(disableResolveMessage === true ? { noResolved: true as const } : {}),
            },
          ]
        : [];
    });
  });
}

/** The webhooks that tell the drill what is sent are none that could notify anybody. */
const isUsers = (notifier: unknown): boolean => !isObserver(map(notifier).url);

const kindOf = (type: unknown): ReceiverName | undefined =>
  typeof type === 'string' && Object.hasOwn(ofGrafana, type) ? (type as ReceiverName) : undefined;

/** Go templates are filled in by whoever sends. */
const isKnown = (value: unknown): value is string => typeof value === 'string' && !value.includes('{{');
const address = (...parts: readonly unknown[]): Place =>
  parts.every((part) => isKnown(part) && part !== '') ? { address: parts.map(String) } : {};
const detail = (value: unknown): Place => (isKnown(value) ? { detail: value } : {});

/** Hosts are led to this machine, and all that is left of an address is what comes after. */
function pathOf(url: unknown): string | undefined {
  const found = typeof url === 'string' ? URL.parse(url) : null;
  return found ? `${found.pathname}${found.search}` : undefined;
}
