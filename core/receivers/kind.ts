import type { z } from 'zod';
import type { Place } from './destination.ts';
import type { PageContent } from './page.ts';
import type { Answer, Json, Protocol } from './protocol.ts';

/** All that is known of one kind of receiver; every room goes by this. */
export interface ReceiverKind {
  /** As in "arrived at Slack". */
  readonly title: string;
  /** Where the vendor takes messages, in every region and edition; none: it may have any address. */
  readonly hosts: readonly string[];
  /** Of an address there, the path from this part on is secret; the first is 1. */
  readonly secretFromPart?: number;
  /** Stands right before a secret, within one part of a path. */
  readonly beforeSecret?: string;
  /** Absent: Alertmanager's notifiers of the kind are not emulated. */
  readonly alertmanager?: AlertmanagerNotifier;
  /** Absent: Grafana's contact points of the kind are not emulated. */
  readonly grafana?: GrafanaNotifier;
  /** The form of `receivers/<kind>.yml`, which says what an emulated receiver knows. */
  readonly credentials?: z.ZodType<Credentials>;
  /** One emulated receiver; without credentials it takes any that are well formed. */
  readonly open: (credentials?: Credentials) => Protocol;
  /** The texts that a person sees of a message's JSON; absent: all of them. */
  readonly visible?: (message: Json) => readonly string[];
  /** Whether a message is of what a manager sent, by keys that both have; absent: only its words tell. */
  readonly isOf?: (message: Json, pages: readonly PageContent[], sent: Sent) => boolean;
  /** Its messages carry each alert as its manager has it: all labels and annotations, and as key the fingerprint. */
  readonly carriesAlerts?: true;
  /** Severities that notify with high urgency, and others do not; absent: it knows no severity. */
  readonly highSeverities?: readonly string[];
  /** Parts of a message that are there only because somebody wrote them into the configuration. */
  readonly writtenFields?: RegExp;
  /** How long a message may be, where managers cut what is longer; and its text as they sent it. */
  readonly cut?: { readonly characters: number; readonly textOf: (body: string) => string | undefined };
  /** What a refusal says about the contact point. */
  readonly refusalMeans?: (answer: Pick<Answer, 'status' | 'body'>, isCut: boolean) => string | undefined;
  /** What its readers call a page that fires, where it is not that. */
  readonly firingWord?: string;
}

/** What an emulated receiver checks, by names of its own. */
export type Credentials = Readonly<Record<string, string>>;

/** What a manager sent, as far as a message can be told by it. */
export interface Sent {
  readonly groupKey: string;
  readonly contactPoint: string;
  readonly alerts: readonly { readonly status: PageContent['status']; readonly fingerprint: string }[];
}

/** https://prometheus.io/docs/alerting/latest/configuration/#receiver-integration-settings */
export interface AlertmanagerNotifier extends Notifier {
  /** Under which a receiver lists its notifiers of the kind. */
  readonly key: string;
  /** The setting that says where to; the one in `global` that stands in for it, and what that is where it is absent. */
  readonly address: { readonly setting: string; readonly global?: string; readonly builtIn?: string };
  /** Settings that lead to an address which the file does not show, and what to do instead. */
  readonly unwritten: { readonly settings: readonly string[]; readonly instead: string };
  /** What Alertmanager assumes for `send_resolved`. */
  readonly sendsResolved: boolean;
  /** @param name of the receiver. */
  readonly place: (entry: Json, name: string, global: Json) => Place;
}

/** https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/ */
export interface GrafanaNotifier extends Notifier {
  readonly type: string;
  /** All that this Grafana reads, by what each must be. */
  readonly settings: Readonly<Partial<Record<SettingKind, readonly string[]>>>;
  /** Of each group it needs one. */
  readonly needed: readonly (readonly string[])[];
  /** Settings of which only these values are known. */
  readonly values?: Readonly<Record<string, { readonly known: readonly string[]; readonly anyCase?: true }>>;
  /** The setting that says where to; absent: to one of the vendor's hosts. */
  readonly address?: {
    readonly setting: string;
    /** What of the vendor is emulated, where it has more than that, and an address of it. */
    readonly emulated?: string;
    readonly example?: string;
    /** Where it leads without that setting: an address, or words. */
    readonly otherwise?: (settings: Json) => { readonly address: unknown } | string;
  };
  /** Says which of the vendor's hosts in newer versions; this one passes over it. */
  readonly newerAddress?: string;
  /** @param name of the contact point. */
  readonly place: (settings: Json, name: string) => Place;
}

interface Notifier {
  /** Settings whose values are secret. */
  readonly secrets: readonly string[];
  /** Settings that write the message; without them the default template does. */
  readonly texts: readonly string[];
  /** The parts of a message that settings write, by their names in it, each with its template; absent: none are known. */
  readonly writes?: (settings: Json) => Json;
}

/** What a setting of a contact point must be. */
export type SettingKind = 'text' | 'flag' | 'number' | 'map';
