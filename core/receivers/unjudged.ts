import { randomUUID } from 'node:crypto';
import { addressOf, type PartialAddress, pathOf } from './destination.ts';
import type { AlertmanagerNotifier, GrafanaNotifier, ReceiverKind } from './kind.ts';
import { asObject, jsonResponse } from './protocol.ts';
import { fieldNamed } from './reading/fields.ts';
import { JiraIssues } from './unjudged/jira-issues.ts';
import { openUnjudged, type Unjudged } from './unjudged/protocol.ts';

/*
 * Kinds whose messages are kept as they come: nothing here knows what the vendor would refuse. Keys and defaults are
 * those of https://prometheus.io/docs/alerting/latest/configuration/ (v0.28) and of Grafana's receivers
 * (github.com/grafana/alerting, 2023).
 */

interface Description {
  readonly title: string;
  readonly hosts?: readonly string[];
  readonly alertmanager?: Omit<AlertmanagerNotifier, 'texts' | 'unsupported'> & {
    readonly files: readonly string[];
  };
  readonly grafana?: Omit<GrafanaNotifier, 'texts' | 'values'>;
  readonly open?: () => Unjudged;
}

const unjudged = ({
  title,
  hosts = [],
  alertmanager,
  grafana,
  open = () => ({}),
}: Description): ReceiverKind => ({
  title,
  hosts,
  anywhere: true,
  unjudged: true,
  ...(alertmanager && {
    alertmanager: {
      ...alertmanager,
      texts: ['message', 'title', 'text', 'description', 'summary', 'subject', 'state_message'],
      unsupported: {
        settings: alertmanager.files,
        instead: 'write the value itself; a made-up one is enough',
      },
    },
  }),
  ...(grafana && {
    grafana: {
      ...grafana,
      texts: ['message', 'title', 'description', 'details'].filter((name) =>
        grafana.settings.text?.includes(name),
      ),
    },
  }),
  open: () => openUnjudged(open()),
});

/** The recipients that settings name; templates and settings that are not there are left out. */
const namedBy = (...values: readonly unknown[]): PartialAddress =>
  addressOf(...values.filter((value) => value !== undefined && value !== ''));

const withPath = (url: unknown, ...parts: readonly unknown[]): PartialAddress =>
  parts.some((part) => addressOf(part).address === undefined)
    ? {}
    : addressOf(pathOf([String(url).replace(/\/$/, ''), ...parts].join('/')));

export const victorops = unjudged({
  title: 'Splunk On-Call',
  hosts: ['alert.victorops.com'],
  alertmanager: {
    key: 'victorops_configs',
    address: {
      setting: 'api_url',
      global: 'victorops_api_url',
      builtIn: 'https://alert.victorops.com/integrations/generic/20131114/alert/',
    },
    files: ['api_key_file'],
    secrets: ['api_key'],
    sendsResolved: true,
    place: ({ api_url, api_key, routing_key }, _, { victorops_api_url, victorops_api_key }) =>
      withPath(api_url ?? victorops_api_url, api_key ?? victorops_api_key, routing_key),
  },
  grafana: {
    type: 'victorops',
    settings: { text: ['url', 'messageType', 'title', 'description'] },
    required: [['url']],
    address: { setting: 'url' },
    secrets: [],
    place: ({ url }) => addressOf(pathOf(url)),
  },
});

export const pushover = unjudged({
  title: 'Pushover',
  hosts: ['api.pushover.net'],
  alertmanager: {
    key: 'pushover_configs',
    fixedAddress: {},
    files: ['token_file', 'user_key_file'],
    secrets: ['token', 'user_key'],
    sendsResolved: true,
    place: ({ user_key }) => namedBy(user_key),
  },
  grafana: {
    type: 'pushover',
    settings: {
      text: ['userKey', 'apiToken', 'device', 'sound', 'okSound', 'title', 'message'],
      number: ['priority', 'okPriority', 'retry', 'expire'],
      flag: ['uploadImage'],
    },
    required: [['userKey'], ['apiToken']],
    secrets: ['userKey', 'apiToken'],
    place: ({ userKey }) => namedBy(userKey),
  },
  // https://pushover.net/api
  open: () => ({
    recipient: ['user'],
    secrets: ['token', 'user'],
    answer: () => jsonResponse(200, { status: 1, request: randomUUID() }),
  }),
});

export const wechat = unjudged({
  title: 'WeChat',
  hosts: ['qyapi.weixin.qq.com'],
  alertmanager: {
    key: 'wechat_configs',
    address: {
      setting: 'api_url',
      global: 'wechat_api_url',
      builtIn: 'https://qyapi.weixin.qq.com/cgi-bin/',
    },
    files: [],
    secrets: ['api_secret'],
    sendsResolved: false,
    place: ({ to_user, to_party, to_tag }) => namedBy(to_user, to_party, to_tag),
  },
  grafana: {
    type: 'wecom',
    settings: {
      text: [
        ...['endpointUrl', 'url', 'agent_id', 'corp_id', 'secret', 'msgtype', 'message', 'title', 'touser'],
      ],
    },
    required: [['url', 'secret']],
    address: { setting: 'url' },
    furtherAddresses: ['endpointUrl'],
    secrets: ['secret'],
    place: ({ url, touser }) => (url === undefined ? namedBy(touser ?? '@all') : addressOf(pathOf(url))),
  },
  // Before the first message it asks for a token, which the answer to that must have.
  open: () => ({
    recipient: ['touser', 'toparty', 'totag'],
    secrets: ['corpsecret', 'access_token', 'key'],
    isMessage: ({ body }) => body !== '',
    answer: () =>
      jsonResponse(200, {
        errcode: 0,
        errmsg: 'ok',
        access_token: 'firedrill',
        expires_in: 7200,
        expire_in: 7200,
      }),
  }),
});

export const sns = unjudged({
  title: 'Amazon SNS',
  alertmanager: {
    key: 'sns_configs',
    // It takes a template, and without it Alertmanager sends to the region's host.
    address: { setting: 'api_url', builtIn: 'https://sns.us-east-1.amazonaws.com/' },
    // With a role, a profile or no key at all, it would ask Amazon who it is.
    madeUp: ({ sigv4 }) => ({
      sigv4: {
        region: asObject(sigv4)?.region ?? 'us-east-1',
        access_key: 'AKIAFIREDRILLFIREDRIL',
        secret_key: 'firedrill',
      },
    }),
    files: [],
    secrets: [],
    sendsResolved: true,
    place: ({ topic_arn, target_arn, phone_number }) => namedBy(topic_arn, target_arn, phone_number),
  },
  // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
  open: () => ({
    recipient: ['TopicArn', 'TargetArn', 'PhoneNumber'],
    answer: () => ({
      status: 200,
      contentType: 'text/xml',
      body: `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${randomUUID()}</MessageId></PublishResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></PublishResponse>`,
    }),
  }),
});

export const webex = unjudged({
  title: 'Webex',
  hosts: ['webexapis.com'],
  alertmanager: {
    key: 'webex_configs',
    address: {
      setting: 'api_url',
      global: 'webex_api_url',
      builtIn: 'https://webexapis.com/v1/messages',
    },
    files: [],
    secrets: [],
    sendsResolved: true,
    place: ({ room_id }) => namedBy(room_id),
  },
  grafana: {
    type: 'webex',
    settings: { text: ['message', 'room_id', 'api_url', 'bot_token'] },
    required: [],
    address: { setting: 'api_url' },
    secrets: ['bot_token'],
    place: ({ room_id }) => namedBy(room_id),
  },
  open: () => ({ recipient: ['roomId'] }),
});

export const jira = unjudged({
  title: 'Jira',
  alertmanager: {
    key: 'jira_configs',
    address: { setting: 'api_url', global: 'jira_api_url' },
    files: [],
    secrets: [],
    sendsResolved: true,
    place: ({ project }) => namedBy(project),
  },
  open() {
    const issues = new JiraIssues();
    return {
      recipient: ['fields.project.key'],
      isMessage: ({ body }) => body.includes('"fields":{'),
      answer: (incoming) => issues.answer(incoming),
    };
  },
});

export const rocketchat = unjudged({
  title: 'Rocket.Chat',
  hosts: ['open.rocket.chat'],
  alertmanager: {
    key: 'rocketchat_configs',
    address: { setting: 'api_url', global: 'rocketchat_api_url', builtIn: 'https://open.rocket.chat/' },
    files: ['token_file', 'token_id_file'],
    secrets: ['token', 'token_id'],
    sendsResolved: false,
    place: ({ channel }) => namedBy(channel),
  },
  open: () => ({ recipient: ['channel'], answer: () => jsonResponse(200, { success: true }) }),
});

export const dingding = unjudged({
  title: 'DingTalk',
  hosts: ['oapi.dingtalk.com'],
  grafana: {
    type: 'dingding',
    settings: { text: ['url', 'msgType', 'title', 'message'] },
    required: [['url']],
    address: { setting: 'url' },
    secrets: [],
    place: ({ url }) => addressOf(pathOf(url)),
  },
  open: () => ({ answer: () => jsonResponse(200, { errcode: 0, errmsg: 'ok' }) }),
});

export const googlechat = unjudged({
  title: 'Google Chat',
  hosts: ['chat.googleapis.com'],
  grafana: {
    type: 'googlechat',
    settings: { text: ['url', 'title', 'message'] },
    required: [['url']],
    address: { setting: 'url' },
    secrets: [],
    place: ({ url }) => addressOf(pathOf(url)),
  },
});

export const kafka = unjudged({
  title: 'Kafka',
  grafana: {
    type: 'kafka',
    settings: {
      text: [
        ...['kafkaRestProxy', 'kafkaTopic', 'description', 'details', 'username', 'password'],
        ...['apiVersion', 'kafkaClusterId'],
      ],
    },
    required: [['kafkaRestProxy'], ['kafkaTopic']],
    address: { setting: 'kafkaRestProxy' },
    secrets: ['password'],
    place: ({ kafkaRestProxy, kafkaTopic, apiVersion = 'v2' }) =>
      apiVersion === 'v2' ? withPath(kafkaRestProxy, 'topics', kafkaTopic) : {},
  },
  open: () => ({ answer: () => jsonResponse(200, { error_code: 200, offsets: [] }) }),
});

export const line = unjudged({
  title: 'LINE',
  hosts: ['notify-api.line.me'],
  grafana: {
    type: 'line',
    settings: { text: ['token', 'title', 'description'] },
    required: [['token']],
    secrets: ['token'],
    place: ({ token }) => namedBy(token && `Bearer ${String(token)}`),
  },
  open: () => ({
    recipient: ['authorization'],
    answer: () => jsonResponse(200, { status: 200, message: 'ok' }),
  }),
});

export const sensugo = unjudged({
  title: 'Sensu Go',
  grafana: {
    type: 'sensugo',
    settings: { text: ['url', 'entity', 'check', 'namespace', 'handler', 'apikey', 'message'] },
    required: [['url'], ['apikey']],
    address: { setting: 'url' },
    secrets: ['apikey'],
    place: ({ apikey }) => namedBy(apikey && `Key ${String(apikey)}`),
  },
  open: () => ({ recipient: ['authorization'] }),
});

export const threema = unjudged({
  title: 'Threema',
  hosts: ['msgapi.threema.ch'],
  grafana: {
    type: 'threema',
    settings: { text: ['gateway_id', 'recipient_id', 'api_secret', 'title', 'description'] },
    required: [['gateway_id'], ['recipient_id'], ['api_secret']],
    secrets: ['api_secret'],
    place: ({ recipient_id }) => namedBy(recipient_id),
  },
  open: () => ({
    recipient: ['to'],
    secrets: ['secret'],
    answer: (_, fields) => ({
      status: 200,
      contentType: 'text/plain',
      body: fieldNamed(fields, 'to') && '0',
    }),
  }),
});

/** Another Alertmanager, to which Grafana hands its alerts on. */
export const alertmanager = unjudged({
  title: 'another Alertmanager',
  grafana: {
    type: 'prometheus-alertmanager',
    settings: { text: ['url', 'basicAuthUser', 'basicAuthPassword'] },
    required: [['url']],
    address: { setting: 'url' },
    secrets: ['basicAuthPassword'],
    place: () => ({}),
  },
  open: () => ({ answer: () => jsonResponse(200, { status: 'success' }) }),
});
