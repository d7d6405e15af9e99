import { addressOf, pathOf } from './destination.ts';
import { limits } from './discord/message.ts';
import { openDiscord } from './discord/protocol.ts';
import type { ReceiverKind } from './kind.ts';
import { addressList, fileOfLists } from './known.ts';
import { asArray, asObject, asString, type Json, parseObject } from './protocol.ts';

const firstEmbed = (body: string): Json => asObject(asArray(parseObject(body)?.embeds)[0]) ?? {};

/** Discord's webhooks. */
export const discord: ReceiverKind = {
  title: 'Discord',
  hosts: ['discord.com', 'discordapp.com'],
  anywhere: true,
  alertmanager: {
    key: 'discord_configs',
    address: { setting: 'webhook_url' },
    unsupported: {
      settings: ['webhook_url_file'],
      instead: 'write the address itself; a made-up token is enough',
    },
    secrets: [],
    sendsResolved: true,
    texts: ['content', 'title', 'message'],
    writes: ({ content, title, message }) => ({
      content,
      'embeds[0].title': title,
      'embeds[0].description': message,
    }),
    place: ({ webhook_url }) => addressOf(pathOf(webhook_url)),
  },
  grafana: {
    type: 'discord',
    settings: { text: ['url', 'title', 'message', 'avatar_url'], flag: ['use_discord_username'] },
    required: [['url']],
    address: { setting: 'url' },
    secrets: [],
    texts: ['title', 'message'],
    writes: ({ title, message }) => ({ content: message, 'embeds[0].title': title }),
    place: ({ url }) => addressOf(pathOf(url)),
  },
  credentials: fileOfLists({ webhooks: addressList('https://discord.com/api/webhooks/…/…') }),
  open: openDiscord,
  cuts: [
    { characters: limits.content, textOf: (body) => asString(parseObject(body)?.content) },
    { characters: limits.description, textOf: (body) => asString(firstEmbed(body).description) },
    { characters: limits.title, textOf: (body) => asString(firstEmbed(body).title) },
  ],
  refusalMeans({ status, body }) {
    if (body.includes('"code":50035'))
      return 'a part of the message is longer than Discord takes: let the template write less';
    if (body.includes('"code":50006')) return 'the message is empty';
    return status === 401 || status === 404 ? "the notifier's address is that of no webhook" : undefined;
  },
};
