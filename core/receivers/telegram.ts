import { z } from 'zod';
import { addressOf } from './destination.ts';
import type { ReceiverKind } from './kind.ts';
import { maxCharacters } from './telegram/message.ts';
import { openTelegram, wellFormedToken } from './telegram/protocol.ts';

/** Messages of a Telegram bot. */
export const telegram: ReceiverKind = {
  title: 'Telegram',
  // https://core.telegram.org/bots/api#making-requests
  hosts: ['api.telegram.org'],
  beforeSecret: 'bot',
  alertmanager: {
    key: 'telegram_configs',
    address: { setting: 'api_url', global: 'telegram_api_url', builtIn: 'https://api.telegram.org' },
    unsupported: {
      settings: ['bot_token_file'],
      instead: 'write the token itself; a made-up one, <number>:<letters>, is enough',
    },
    secrets: ['bot_token'],
    sendsResolved: true,
    texts: ['message'],
    writes: ({ message }) => ({ text: message }),
    place: ({ bot_token, chat_id }) => addressOf(bot_token, String(chat_id)),
  },
  grafana: {
    type: 'telegram',
    settings: { text: ['bottoken', 'chatid', 'message', 'parse_mode'], flag: ['disable_notifications'] },
    required: [['bottoken'], ['chatid']],
    values: { parse_mode: { known: ['HTML', 'Markdown', 'MarkdownV2', 'None'], anyCase: true } },
    secrets: ['bottoken'],
    texts: ['message'],
    writes: ({ message }) => ({ text: message }),
    place: ({ bottoken, chatid }) => addressOf(bottoken, typeof chatid === 'number' ? `${chatid}` : chatid),
  },
  credentials: z
    .strictObject({
      bot_token: z
        .string()
        .regex(wellFormedToken, { error: 'expected <number>:<letters>, as BotFather gives it' }),
      chat_id: z.union([z.string().min(1), z.int()]),
    })
    .transform(({ bot_token, chat_id }) => ({ botToken: bot_token, chatId: String(chat_id) })),
  open: openTelegram,
  cuts: [
    {
      characters: maxCharacters,
      textOf: (body) => /name="text"\r\n(?:[^\r\n]+\r\n)*\r\n([\s\S]*?)\r\n--/.exec(body)?.[1],
    },
  ],
  refusalMeans({ status, body }, isCut) {
    if (body.includes("can't parse entities")) {
      return isCut
        ? `the message was longer than the ${maxCharacters} characters that Telegram takes; it was cut there, and a tag was left open: let the template write less, or without parse_mode`
        : "the message's template lets through what its parse_mode reads as markup, such as a bare <";
    }
    if (status === 401 || status === 404) return "the contact point's bot token is wrong";
    return body.includes('chat not found') ? "the contact point's chat id is wrong" : undefined;
  },
};
