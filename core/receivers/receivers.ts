import type { AlertmanagerNotifier, GrafanaNotifier, ReceiverKind } from './kind.ts';
import * as kinds from './kinds.ts';

export type ReceiverName = keyof typeof kinds;

/** The description of each kind of receiver. */
export const receiverKinds: Readonly<Record<ReceiverName, ReceiverKind>> = kinds;

export const receiverNames = Object.keys(kinds) as [ReceiverName, ...ReceiverName[]];

interface NamedKind extends ReceiverKind {
  readonly name: ReceiverName;
}
type AlertmanagerKind = NamedKind & { readonly alertmanager: AlertmanagerNotifier };
type GrafanaKind = NamedKind & { readonly grafana: GrafanaNotifier };

const named = receiverNames.map((name): NamedKind => ({ name, ...receiverKinds[name] }));

/** Kinds that may be in Alertmanager's file. */
export const alertmanagerKinds: readonly AlertmanagerKind[] = named.flatMap((kind) =>
  kind.alertmanager ? [{ ...kind, alertmanager: kind.alertmanager }] : [],
);

/** Kinds that Grafana's contact points may have. */
export const grafanaKinds: readonly GrafanaKind[] = named.flatMap((kind) =>
  kind.grafana ? [{ ...kind, grafana: kind.grafana }] : [],
);

/** Finds a kind by the key of its list in Alertmanager's receivers; `undefined` if it is not emulated. */
export const kindOfAlertmanager = (key: string): AlertmanagerKind | undefined =>
  alertmanagerKinds.find(({ alertmanager }) => alertmanager.key === key);

/** Finds a kind by the type of Grafana's contact points, in any case, as Grafana does; `undefined` if it is not emulated. */
export const kindOfGrafana = (type: unknown): GrafanaKind | undefined =>
  grafanaKinds.find(({ grafana }) => grafana.type === String(type).toLowerCase());

/** Says that the form of a message of this kind is not judged, and what may follow from it. */
export const formNotJudged = (kind: ReceiverName): string =>
  `the form of its message is not judged: ${receiverKinds[kind].title} might refuse it or show it otherwise`;

/** Prefixes of secrets in path segments. */
export const wordsBeforeSecrets = named.flatMap(({ beforeSecret = [] }) => beforeSecret);
