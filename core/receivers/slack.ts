import { addressOf, detailOf, pathOf } from './destination.ts';
import type { ReceiverKind } from './kind.ts';
import { asArray, asObject, asString, type Json } from './protocol.ts';
import { openSlack } from './slack/protocol.ts';
import { slackVisible } from './slack/texts.ts';

const attachmentOf = (settings: Json): Json =>
  Object.fromEntries(
    Object.entries(settings).map(([name, template]) => [`attachments[0].${name}`, template]),
  );

/** Slack's incoming webhooks. */
export const slack: ReceiverKind = {
  title: 'Slack',
  // https://docs.slack.dev/govslack/
  hosts: ['hooks.slack.com', 'hooks.slack-gov.com'],
  // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks: segments are services, team, hook,
  // token.
  secretFromPart: 2,
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
    place: ({ api_url, channel }, _, { slack_api_url }) => ({
      ...addressOf(pathOf(api_url ?? slack_api_url)),
      ...detailOf(channel ?? ''),
    }),
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
      emulated: "Slack's incoming webhooks",
      example: 'https://hooks.slack.com/services/…',
      otherwise: ({ endpointUrl, token }) =>
        endpointUrl === undefined && token !== undefined
          ? 'a token, for https://slack.com/api'
          : { address: endpointUrl },
    },
    secrets: ['token'],
    texts: ['title', 'text'],
    writes: ({ title, text }) => attachmentOf({ title, text }),
    place: ({ url, recipient }) => ({ ...addressOf(pathOf(url)), ...detailOf(recipient ?? '') }),
  },
  open: openSlack,
  visible: slackVisible,
  writtenFields: /\.fields\[/,
};
