import type { AlertmanagerNotifier, GrafanaNotifier, ReceiverKind } from './kind.ts';
import * as kinds from './kinds.ts';

export type ReceiverName = keyof typeof kinds;

/** What is known of each kind of receiver. */
export const receiverKinds: Readonly<Record<ReceiverName, ReceiverKind>> = kinds;

export const receiverNames = Object.keys(kinds) as [ReceiverName, ...ReceiverName[]];

interface Named extends ReceiverKind {
  readonly name: ReceiverName;
}
type OfAlertmanager = Named & { readonly alertmanager: AlertmanagerNotifier };
type OfGrafana = Named & { readonly grafana: GrafanaNotifier };

const named = receiverNames.map((name): Named => ({ name, ...receiverKinds[name] }));

/** The kinds that Alertmanager's file may have. */
export const alertmanagerKinds: readonly OfAlertmanager[] = named.flatMap((kind) =>
  kind.alertmanager ? [{ ...kind, alertmanager: kind.alertmanager }] : [],
);

/** The kinds that Grafana's contact points may be of. */
export const grafanaKinds: readonly OfGrafana[] = named.flatMap((kind) =>
  kind.grafana ? [{ ...kind, grafana: kind.grafana }] : [],
);

/** By the key of a list in one of Alertmanager's receivers; absent: none that is emulated. */
export const kindOfAlertmanager = (key: string): OfAlertmanager | undefined =>
  alertmanagerKinds.find(({ alertmanager }) => alertmanager.key === key);

/** By the type of a contact point; absent: none that is emulated. */
export const kindOfGrafana = (type: unknown): OfGrafana | undefined =>
  grafanaKinds.find(({ grafana }) => grafana.type === type);

/** What may stand right before a secret in a part of a path. */
export const wordsBeforeSecrets = named.flatMap(({ beforeSecret = [] }) => beforeSecret);
