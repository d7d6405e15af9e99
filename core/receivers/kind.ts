import type { z } from 'zod';
import type { PartialAddress } from './destination.ts';
import type { PageContent } from './page.ts';
import type { Json, Protocol, ReceiverResponse } from './protocol.ts';

/** The description of one kind of receiver, used by all other code. */
export interface ReceiverKind {
  /** Name for sentences such as "arrived at Slack". */
  readonly title: string;
  /** The vendor's hosts, in every region and edition. */
  readonly hosts: readonly string[];
  /** Messages may go to any address: it is replaced by the emulated receiver's, whatever its host is. */
  readonly anywhere?: true;
  /** Messages come by SMTP: addresses are `host:port`. */
  readonly smtp?: true;
  /** Messages are kept as they come, and their form is not judged: the vendor might refuse them, or show them otherwise. */
  readonly unjudged?: true;
  /** Finds the path segments that are secret in an address of the vendor, as its first group. */
  readonly secretPath?: RegExp;
  /** Prefix of a secret within one path segment. */
  readonly beforeSecret?: string;
  /** Absent: Alertmanager's notifiers of this kind are not emulated. */
  readonly alertmanager?: AlertmanagerNotifier;
  /** Absent: Grafana's contact points of this kind are not emulated. */
  readonly grafana?: GrafanaNotifier;
  /** Schema of `receivers/<kind>.yml`, which holds the credentials of the emulated receiver. */
  readonly credentials?: z.ZodType<Credentials>;
  /** Makes an emulated receiver. Without credentials it accepts any that are well formed. */
  readonly open: (credentials?: Credentials) => Protocol;
  /** What is wrong with the body of a message although it was accepted. */
  readonly faults?: (body: string) => readonly string[];
  /** The texts in a message's JSON that a person sees; absent: all texts. */
  readonly visible?: (message: Json) => readonly string[];
  /** Whether a message belongs to a notification, by keys that both have; absent: only the text can tell. */
  readonly belongsTo?: (message: Json, pages: readonly PageContent[], sent: SentNotification) => boolean;
  /** Messages carry each alert with all labels and annotations, and its fingerprint as the key. */
  readonly carriesAlerts?: true;
  /** A resolution closes what is there, by its key, and carries no texts of its own. */
  readonly resolvesByKey?: true;
  /** Severities of high urgency, as is a message without one; all others are low. Absent: this kind has no severities. */
  readonly highSeverities?: readonly string[];
  /** Fields of a message that only a notifier's own configuration produces. */
  readonly writtenFields?: RegExp;
  /** Length limits at which managers truncate texts of messages, and how to read the text from a request body. */
  readonly cuts?: readonly {
    readonly characters: number;
    readonly textOf: (body: string) => string | undefined;
  }[];
  /** Explains what a refusal says about the contact point. */
  readonly refusalMeans?: (
    answer: Pick<ReceiverResponse, 'status' | 'body'>,
    isCut: boolean,
  ) => string | undefined;
  /** The vendor's word for a firing alert, if it is another one. */
  readonly firingWord?: string;
}

/** The credentials that an emulated receiver checks. */
export type Credentials = Readonly<Record<string, string>>;

/** The properties of a notification by which a message can be assigned to it. */
export interface SentNotification {
  readonly groupKey: string;
  readonly contactPoint: string;
  readonly alerts: readonly { readonly status: PageContent['status']; readonly fingerprint: string }[];
}

/** https://prometheus.io/docs/alerting/latest/configuration/#receiver-integration-settings */
export interface AlertmanagerNotifier extends Notifier {
  /** Key of the list of notifiers in a receiver. */
  readonly key: string;
  /**
   * The setting with the address; the setting in `global` that is its default; and Alertmanager's built-in default.
   * Absent: always one of the vendor's hosts.
   */
  readonly address?: { readonly setting: string; readonly global?: string; readonly builtIn?: string };
  /**
   * Alertmanager sends to a fixed address of the vendor, which it then reaches through the run's proxy: with this setting,
   * or always.
   */
  readonly fixedAddress?: { readonly setting?: string };
  /** Settings that a drill replaces, because with others Alertmanager would ask a third party. */
  readonly madeUp?: (entry: Json) => Json;
  /** Settings whose address is not in the file, which are refused, and what to use instead. */
  readonly unsupported: { readonly settings: readonly string[]; readonly instead: string };
  /** Alertmanager's default of `send_resolved`. */
  readonly sendsResolved: boolean;
  /** @param name name of the receiver. */
  readonly place: (entry: Json, name: string, global: Json) => PartialAddress;
}

/** https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/ */
export interface GrafanaNotifier extends Notifier {
  readonly type: string;
  /** Every setting that this version of Grafana reads, by its type. */
  readonly settings: Readonly<Partial<Record<SettingKind, readonly string[]>>>;
  /** Required settings: one of each group. */
  readonly required: readonly (readonly string[])[];
  /** Settings with a fixed set of values. */
  readonly values?: Readonly<Record<string, { readonly known: readonly string[]; readonly anyCase?: true }>>;
  /** The setting with the address; absent: always one of the vendor's hosts. */
  readonly address?: {
    readonly setting: string;
    /** The part of the vendor that is emulated, if it is not all, and an example address. */
    readonly emulated?: string;
    readonly example?: string;
    /** The address that is used without that setting. */
    readonly otherwise?: (settings: Json) => unknown;
  };
  /** Further settings with an address that may be anywhere. */
  readonly furtherAddresses?: readonly string[];
  /** A setting with the vendor's host that newer versions of Grafana read and this one ignores. */
  readonly newerAddress?: string;
  /** @param name name of the contact point. */
  readonly place: (settings: Json, name: string) => PartialAddress;
}

interface Notifier {
  /** Settings whose values are secret. */
  readonly secrets: readonly string[];
  /** Settings that contain message templates; without them the default template applies. */
  readonly texts: readonly string[];
  /** The parts of a message that settings write, by their names in it, each with its template; absent: none are known. */
  readonly writes?: (settings: Json) => Json;
}

/** The type of a contact point's setting. */
export type SettingKind = 'text' | 'flag' | 'number' | 'map';
