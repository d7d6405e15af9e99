import { hash } from 'node:crypto';

/*
 * Values in the place of secrets and addresses that are not in the files of a team, in the form that each vendor asks
 * for, so that an emulated receiver takes them. The same identity always gets the same value, and another one another.
 */

/** Settings of `global` of Alertmanager that are those of a kind: `slack_api_url`. */
const ofKind =
  /^(slack|pagerduty|opsgenie|victorops|wechat|telegram|webex|jira|rocketchat|mattermost|smtp)_(.+)$/;

/** A kind of receiver and one of its settings, for a setting of `global` as well. */
export function settingOf(kind: string, setting: string): readonly [kind: string, setting: string] {
  const [, owner, own] = ofKind.exec(setting) ?? [];
  if (owner === undefined || own === undefined) return [kind, setting];
  return [owner === 'smtp' ? 'email' : owner, own];
}

interface Form {
  readonly kind: RegExp;
  readonly setting: RegExp;
  readonly make: (digest: string) => string;
}

const upper = (digest: string, length: number): string =>
  BigInt(`0x${digest}`).toString(36).toUpperCase().slice(0, length);
const digits = (digest: string, length: number): string =>
  BigInt(`0x${digest}`).toString(10).slice(0, length);
const guid = (digest: string): string =>
  [
    digest.slice(0, 8),
    digest.slice(8, 12),
    digest.slice(12, 16),
    digest.slice(16, 20),
    digest.slice(20, 32),
  ].join('-');

const forms: readonly Form[] = [
  {
    // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
    ...{ kind: /^slack$/, setting: /^(api_?)?url$/i },
    make: (digest) =>
      `https://hooks.slack.com/services/T${upper(digest, 8)}/B${upper(digest.slice(8), 8)}/${digest.slice(0, 24)}`,
  },
  {
    kind: /^slack$/,
    setting: /token|credentials/,
    make: (digest) => `xoxb-${digits(digest, 12)}-${digest.slice(0, 24)}`,
  },
  // https://developer.pagerduty.com/docs/send-alert-event
  { kind: /^pagerduty$/, setting: /key$/i, make: (digest) => digest.slice(0, 32) },
  { kind: /^pagerduty$/, setting: /^url$/, make: () => 'https://events.pagerduty.com/v2/enqueue' },
  // https://core.telegram.org/bots/api#authorizing-your-bot
  { kind: /^telegram$/, setting: /token$/, make: (digest) => `1${digits(digest, 9)}:${digest.slice(0, 35)}` },
  { kind: /^telegram$/, setting: /chat_?id$/, make: (digest) => `-100${digits(digest, 10)}` },
  { kind: /^telegram$/, setting: /url$/, make: () => 'https://api.telegram.org' },
  {
    ...{ kind: /^discord$/, setting: /url$/ },
    make: (digest) => `https://discord.com/api/webhooks/1${digits(digest, 17)}/${digest}`,
  },
  {
    ...{ kind: /^(msteams|teams)$/, setting: /url$/ },
    make: (digest) =>
      `https://example.webhook.office.com/webhookb2/${guid(digest)}@${guid(digest)}/IncomingWebhook/${digest.slice(0, 32)}/${guid(digest)}`,
  },
  {
    ...{ kind: /^msteamsv2$/, setting: /url$/ },
    make: (digest) =>
      `https://prod-00.westeurope.logic.azure.com:443/workflows/${digest.slice(0, 32)}/triggers/manual/paths/invoke?sig=${digest.slice(0, 40)}`,
  },
  { kind: /^opsgenie$/, setting: /key$/i, make: guid },
  { kind: /^opsgenie$/, setting: /url$/i, make: () => 'https://api.opsgenie.com/' },
  { kind: /^victorops$/, setting: /api_key$/, make: guid },
  {
    kind: /^victorops$/,
    setting: /api_url$/,
    make: () => 'https://alert.victorops.com/integrations/generic/20131114/alert/',
  },
  { kind: /^pushover$/, setting: /./, make: (digest) => digest.slice(0, 30) },
  { kind: /^webex$/, setting: /url$/, make: () => 'https://webexapis.com/v1/messages' },
  { kind: /^email$/, setting: /^smarthost$/, make: () => 'smtp.example.com:587' },
  {
    kind: /^email$/,
    setting: /^(to|from|addresses)$/,
    make: (digest) => `team-${digest.slice(0, 8)}@example.com`,
  },
  {
    kind: /./,
    setting: /(url|endpoint)$/i,
    make: (digest) => `https://${hostOf(digest)}/${digest.slice(0, 24)}`,
  },
];

const hostOf = (digest: string): string => `host-${digest.slice(0, 8)}.example.com`;

const digestOf = (identity: string): string => hash('sha256', identity);

/**
 * A value for a setting.
 *
 * @param kind of receiver, as in Alertmanager's file (`slack`) or Grafana's contact points.
 * @param identity what stood in the place of the value, e.g. a variable or the path of a file.
 */
export function madeUp(kind: string, setting: string, identity: string): string {
  const form = formOf(kind, setting);
  return form ? form.make(digestOf(identity)) : madeUpWord(identity);
}

function formOf(kind: string, setting: string): Form | undefined {
  const [owner, own] = settingOf(kind, setting);
  return forms.find((one) => one.kind.test(owner) && one.setting.test(own));
}

/** Whether values of the setting have a form of its vendor. */
export const hasForm = (kind: string, setting: string): boolean => {
  const form = formOf(kind, setting);
  return form !== undefined && form !== forms.at(-1);
};

/** A token for a part of a text, with nothing in it that an address or YAML would take for a sign. */
export const madeUpWord = (identity: string): string => `madeup${digestOf(identity).slice(0, 26)}`;

/** A host for a part of an address. */
export const madeUpHost = (identity: string): string => hostOf(digestOf(identity));
