import { addressOf, detailOf, type PartialAddress, pathOf } from './destination.ts';
import type { ReceiverKind } from './kind.ts';
import { addressList, fileOfLists, wordList } from './known.ts';
import { asArray, asObject, asString, type Json } from './protocol.ts';
import { openSlack } from './slack/protocol.ts';
import { slackVisible } from './slack/texts.ts';
import { postMessage, slackAddress } from './slack/web-api.ts';

const attachmentOf = (settings: Json): Json =>
  Object.fromEntries(
    Object.entries(settings).map(([name, template]) => [`attachments[0].${name}`, template]),
  );

const placeOf = (url: unknown, token: unknown, channel: unknown): PartialAddress => {
  const path = pathOf(url);
  return {
    ...(path === undefined
      ? {}
      : addressOf(...slackAddress(path, token === undefined ? token : String(token)))),
    ...detailOf(channel ?? ''),
  };
};

/** https://prometheus.io/docs/alerting/latest/configuration/#http_config */
const tokenOf = (http: unknown): unknown => {
  const { authorization, bearer_token } = asObject(http) ?? {};
  return asObject(authorization)?.credentials ?? bearer_token;
};

/** Slack's incoming webhooks, and `chat.postMessage` of its Web API. */
export const slack: ReceiverKind = {
  title: 'Slack',
  // https://docs.slack.dev/govslack/
  hosts: ['hooks.slack.com', 'hooks.slack-gov.com', 'slack.com', 'slack-gov.com'],
  // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks: segments are services, team, hook,
  // token. Those of the Web API name its methods.
  secretPath: /^\/(?!api\/)[^/]+\/(.+)$/s,
  alertmanager: {
    key: 'slack_configs',
    address: { setting: 'api_url', global: 'slack_api_url' },
    unsupported: {
      settings: ['api_url_file'],
      instead: 'write the address itself; a made-up token is enough',
    },
    secrets: [],
    sendsResolved: false,
    texts: ['title', 'title_link', 'text', 'pretext', 'fallback', 'fields', 'actions'],
    writes: ({ title, text, pretext, fallback, footer, fields }) => ({
      ...attachmentOf({ title, text, pretext, fallback, footer }),
      ...Object.fromEntries(
        asArray(fields).map((field, i) => {
          const { title: name, value } = asObject(field) ?? {};
          return [`attachments[0].fields[${asString(name).trim() || i}]`, value];
        }),
      ),
    }),
    place: ({ api_url, channel, http_config }, _, { slack_api_url, http_config: shared }) =>
      placeOf(api_url ?? slack_api_url, tokenOf(http_config ?? shared), channel),
  },
  grafana: {
    type: 'slack',
    settings: {
      text: [
        ...['endpointUrl', 'url', 'token', 'recipient', 'text', 'title', 'username', 'icon_emoji'],
        ...['icon_url', 'mentionChannel', 'mentionUsers', 'mentionGroups'],
      ],
    },
    required: [['url', 'token', 'endpointUrl']],
    values: { mentionChannel: { known: ['here', 'channel'] } },
    address: {
      setting: 'url',
      emulated: "Slack's incoming webhooks and chat.postMessage",
      example: 'https://hooks.slack.com/services/…',
      otherwise: ({ endpointUrl, token }) => endpointUrl ?? (token && postMessage),
    },
    secrets: ['token'],
    texts: ['title', 'text'],
    writes: ({ title, text }) => attachmentOf({ title, text }),
    place: ({ url, endpointUrl, token, recipient }) =>
      placeOf(url ?? endpointUrl ?? (token && postMessage), token, recipient),
  },
  credentials: fileOfLists({
    webhooks: addressList('https://hooks.slack.com/services/T…/B…/…'),
    tokens: wordList(/^xox[a-z]-\S+$/, 'expected a token such as xoxb-…'),
    channels: wordList(/^\S+$/, 'expected a channel such as "#alerts", or its id'),
  }),
  open: openSlack,
  visible: slackVisible,
  writtenFields: /\.fields\[/,
  refusalMeans({ body }) {
    if (/"error":"(not_authed|invalid_auth)"/.test(body))
      return "the notifier's token is missing or wrong: chat.postMessage takes it in the header Authorization, as Bearer";
    if (body.includes('"error":"channel_not_found"'))
      return 'the notifier names no channel, which chat.postMessage needs, or one that is not in the list of receivers/slack.yml';
    if (body === 'channel_not_found') return 'the channel is not in the list of receivers/slack.yml';
    return /^(no_team|no_service|invalid_token)$/.test(body)
      ? 'no incoming webhook has this address, as far as receivers/slack.yml tells'
      : undefined;
  },
};
