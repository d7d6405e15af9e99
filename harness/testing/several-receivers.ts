import { stringify } from 'yaml';
import type { ReceiverName } from '../../core/receivers/receivers.ts';
import type { CliCommand } from './cli.ts';
import { drillOf } from './example-hello.ts';
import { withGrafana } from './hello-variants.ts';

/*
 * Drills of the example in which one alert has to arrive at several receivers: what is drilled of each kind costs no drill of
 * its own.
 */

/** What a message says of each alert, beside its title. */
const text = (end: string) =>
  `{{ range .Alerts }}{{ .Annotations.summary }} {{ .Annotations.runbook }} severity={{ .Labels.severity }} team={{ .Labels.team }}${end}\n{{ end }}`;
const ofAlertmanager = text(' job={{ .Labels.job }}');

const paths = {
  slack: '/services/T00000001/B00000002/aB3dE5gH7jK9mN1pQ3sT5vW7',
  discord: '/api/webhooks/123456789012345678/ymZkq3oPQx7uGvL2wR8sT4nB6cX9zA1dF5hJ0kM3pV7yE2qU',
  connector: '/webhookb2/1a2b@3c4d/IncomingWebhook/0f3e5a7c9b1d2f4e6a8b0c1d2e3f4a5b/5e6f',
  workflow:
    '/workflows/9f8e7d6c5b4a/triggers/manual/paths/invoke?api-version=2016-06-01&sig=Zk3mQ8vT1xR5nW7y',
} as const;
const discord = `https://discord.com${paths.discord}`;
const connector = `https://corp.webhook.office.com${paths.connector}`;
const workflow = `https://prod-07.westeurope.logic.azure.com:443${paths.workflow}`;
const slackToken = 'xoxb-123456789012-zK8fQ2wL5nR7tY1u';
const opsgenieKey = '6f1d2c3b-4a59-4e68-9d7c-8b0a1f2e3d4c';
const mailbox = 'oncall@corp.example';

/** An entry of Alertmanager's receivers, with the list that has it. */
type Notifier = readonly [key: string, settings: object];

const mail = (more: object = {}): Notifier => [
  'email_configs',
  {
    to: mailbox,
    from: 'alerts@corp.example',
    smarthost: 'smtp.corp.example:587',
    text: ofAlertmanager,
    html: '',
    ...more,
  },
];
const slackApi = (channel: string): Notifier => [
  'slack_configs',
  {
    ...{ api_url: 'https://slack.com/api/chat.postMessage', channel, text: ofAlertmanager },
    http_config: { authorization: { credentials: slackToken } },
  },
];

/** One notifier of each kind, as production writes it. */
const notifiers: Readonly<Partial<Record<ReceiverName, Notifier>>> = {
  email: mail(),
  opsgenie: ['opsgenie_configs', { api_key: opsgenieKey, description: ofAlertmanager }],
  discord: ['discord_configs', { webhook_url: discord, message: ofAlertmanager }],
  msteams: ['msteams_configs', { webhook_url: connector, text: ofAlertmanager }],
  msteamsv2: ['msteamsv2_configs', { webhook_url: workflow, text: ofAlertmanager }],
  slack: slackApi('#oncall'),
};

/** The files that say what the receivers know: what is above, and nothing else. */
const known: Readonly<Record<string, object>> = {
  email: { addresses: [mailbox] },
  opsgenie: { api_keys: [opsgenieKey] },
  discord: { webhooks: [discord] },
  msteams: { webhooks: [connector] },
  msteamsv2: { webhooks: [workflow] },
  slack: { tokens: [slackToken], channels: ['#oncall', '#general'] },
};
const knownFiles = Object.fromEntries(
  Object.entries(known).map(([kind, file]) => [`monitoring/receivers/${kind}.yml`, stringify(file)]),
);

/** A page that has to arrive at a receiver of this kind, through the contact point of this name. */
export interface Expected {
  readonly receiver: ReceiverName;
  readonly contactPoint: string;
}

const scenarioFile = 'scenarios/stock-fails.yaml';
const onePage = /^ {2}- kind: page\n(?: {4}.*\n)*/m;

/** The scenario with an expectation for each of these in the place of its own. */
function expecting(scenario: string, expected: readonly Expected[]): string {
  const [own = ''] = onePage.exec(scenario) ?? [];
  if (own === '') throw new Error('the scenario expects no page');
  const each = expected.map(({ receiver, contactPoint }) =>
    own.replace(/receiver: .*/, () => `receiver: ${receiver}\n    contactPoint: ${contactPoint}`),
  );
  return scenario.replace(onePage, () => each.join(''));
}

/** A receiver of Alertmanager and its notifier. */
type Point = readonly [name: string, notifier: Notifier];

/** The example, whose Alertmanager sends every alert to all these receivers. */
async function sentTo(points: readonly Point[], expected: readonly Expected[]): Promise<CliCommand> {
  const { args, files = {} } = await drillOf('stock-fails');
  return {
    args,
    files: {
      ...files,
      ...knownFiles,
      [scenarioFile]: expecting(files[scenarioFile] ?? '', expected),
      'monitoring/alertmanager/alertmanager.yml': stringify({
        route: {
          receiver: points[0]?.[0],
          ...{ group_by: ['alertname'], group_wait: '10s', group_interval: '5m', repeat_interval: '4h' },
          routes: points.map(([receiver]) => ({ receiver, continue: true })),
        },
        receivers: points.map(([name, [key, settings]]) => ({
          name,
          [key]: [{ ...settings, send_resolved: true }],
        })),
      }),
    },
  };
}

/** The kinds of `atEachReceiver`. */
export const kindsOfAlertmanager: readonly ReceiverName[] = [
  'email',
  'opsgenie',
  'discord',
  'msteams',
  'msteamsv2',
  'slack',
];

/** Alertmanager sends the alert to a receiver of each kind. */
export const atEachReceiver = (): Promise<CliCommand> =>
  sentTo(
    kindsOfAlertmanager.flatMap((kind) => {
      const notifier = notifiers[kind];
      return notifier ? [[`${kind}-oncall`, notifier] as const] : [];
    }),
    kindsOfAlertmanager.map((receiver) => ({ receiver, contactPoint: `${receiver}-oncall` })),
  );

/**
 * The alert arrives at receivers of the expected kinds, and each of them is a wrong one: Slack's and Discord's are others
 * than the expected ones, Teams' and Opsgenie's do not exist at the vendor, and the e-mail's sender is forged.
 */
export const atWrongReceivers = async (): Promise<CliCommand> => {
  const { args, files = {} } = await sentTo(
    [
      ['slack-general', slackApi('#general')],
      ['discord-general', ['discord_configs', { webhook_url: discord, message: ofAlertmanager }]],
      ['msteams-oncall', ['msteams_configs', { webhook_url: `${connector}0`, text: ofAlertmanager }]],
      ['opsgenie-oncall', ['opsgenie_configs', { api_key: `${opsgenieKey}0`, description: ofAlertmanager }]],
      ['email-oncall', mail({ headers: { From: 'Alerts <alerts@other.example>' } })],
    ],
    [
      { receiver: 'slack', contactPoint: 'slack-oncall' },
      { receiver: 'discord', contactPoint: 'discord-oncall' },
      { receiver: 'msteams', contactPoint: 'msteams-oncall' },
      { receiver: 'opsgenie', contactPoint: 'opsgenie-oncall' },
      { receiver: 'email', contactPoint: 'email-oncall' },
    ],
  );
  const routes = 'monitoring/alertmanager/alertmanager.yml';
  // The expected ones exist, and no route leads there.
  const others = stringify([
    { name: 'slack-oncall', [slackApi('')[0]]: [slackApi('#oncall')[1]] },
    { name: 'discord-oncall', discord_configs: [{ webhook_url: `${discord}2` }] },
  ]).replaceAll(/^/gm, '  ');
  return { args, files: { ...files, [routes]: `${(files[routes] ?? '').trimEnd()}\n${others.trimEnd()}\n` } };
};

/** The kinds of `fromGrafana`. */
export const kindsOfGrafana: readonly ReceiverName[] = ['email', 'opsgenie', 'discord', 'msteams', 'slack'];

/** Grafana sends its alert to a contact point with a receiver of each kind. */
export async function fromGrafana(): Promise<CliCommand> {
  const message = text('');
  const receivers = [
    ['email', { addresses: mailbox, message }],
    ['opsgenie', { apiKey: opsgenieKey, description: message }],
    ['discord', { url: discord, message }],
    ['teams', { url: connector, message }],
    ['slack', { token: slackToken, recipient: '#oncall', text: message }],
  ] as const;
  const { args, files = {} } = await withGrafana(1);
  const point = {
    ...{ orgId: 1, name: 'oncall' },
    receivers: receivers.map(([type, settings]) => ({ uid: type, type, settings })),
  };
  const policy = {
    orgId: 1,
    receiver: 'oncall',
    group_by: ['alertname'],
    group_wait: '10s',
    group_interval: '1m',
  };
  const folder = 'monitoring/grafana/provisioning/alerting';
  return {
    args,
    files: {
      ...files,
      ...knownFiles,
      [`${folder}/contact-points.yaml`]: stringify({ apiVersion: 1, contactPoints: [point] }),
      [`${folder}/policies.yaml`]: stringify({ apiVersion: 1, policies: [policy] }),
      [scenarioFile]: expecting(
        files[scenarioFile] ?? '',
        kindsOfGrafana.map((receiver) => ({ receiver, contactPoint: 'oncall' })),
      ),
    },
  };
}
