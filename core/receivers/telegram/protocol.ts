import type { Message } from '../page.ts';
import {
  type IncomingRequest,
  jsonResponse,
  type Protocol,
  type ReceiverResponse,
  redacted,
} from '../protocol.ts';
import { textPages } from '../reading/text-pages.ts';
import { chatOf } from './chat.ts';
import { compose, tooLong } from './message.ts';
import { type BotRequest, botRequest } from './request.ts';

export interface BotCredentials {
  readonly botToken?: string;
  /** The only chat that the bot may write to: a number or `@name`. */
  readonly chatId?: string;
}

/**
 * The part of Telegram's Bot API that notifiers use: `sendMessage` and `getMe`; https://core.telegram.org/bots/api.
 * Errors, their order and their texts follow the server that Telegram publishes (github.com/tdlib/telegram-bot-api),
 * except for malformed tokens and paths: api.telegram.org answers them with 404.
 */
export function openTelegram({ botToken, chatId }: BotCredentials = {}): Protocol {
  let sent = 0;
  return {
    limitBytes: 1 << 20,
    answer(incoming) {
      const { method, tooLarge } = incoming;
      if (method !== 'POST' && method !== 'GET') return refusal(501, 'Not Implemented');
      if (tooLarge) return refusal(413, 'Request Entity Too Large: too many parameters');
      const request = botRequest(incoming);
      if (!request) return refusal(404, 'Not Found');
      if ('malformed' in request) return bad(request.malformed);
      const tokenError = wrongToken(request.token, botToken);
      if (tokenError) return tokenError;
      const bot = botOf(request.token);
      if (request.method === 'getme') return success({ ...bot, ...abilities });
      if (request.method !== 'sendmessage') return refusal(404, 'Not Found: method not found');
      const ready = checkMessage(request, chatId);
      if ('status' in ready) return ready;
      sent += 1;
      const { text, entities } = ready.message;
      return success({
        message_id: sent,
        from: bot,
        chat: ready.chat,
        date: Math.floor(Date.now() / 1000),
        text,
        ...(entities.length > 0 ? { entities } : {}),
      });
    },
    pages(incoming) {
      const message = messageIn(incoming);
      if (!message) return [];
      return textPages(message).map((page) => (isSilent(incoming) ? { ...page, silent: true } : page));
    },
    message: messageIn,
    texts(incoming) {
      const message = messageIn(incoming);
      return message && [{ field: 'text', text: message.text }];
    },
    destination(incoming) {
      const request = botRequest(incoming);
      if (!request || 'malformed' in request) return undefined;
      return { address: [request.token, request.parameters.get('chat_id') ?? ''] };
    },
    tooMany: (retryAfterS) =>
      refusal(429, `Too Many Requests: retry after ${retryAfterS}`, { retry_after: retryAfterS }),
    redact: (request) => redact(request, botToken),
  };
}

/** `<number>:<letters>`, the format of BotFather's tokens. */
export const wellFormedToken = /^[1-9]\d*:[\w-]+$/;

function wrongToken(token: string, expected: string | undefined): ReceiverResponse | undefined {
  if (!wellFormedToken.test(token)) return refusal(404, 'Not Found');
  return expected !== undefined && token !== expected ? refusal(401, 'Unauthorized') : undefined;
}

/** Telegram checks the text before the chat, and the length last. */
function checkMessage(
  { parameters }: BotRequest,
  expected: string | undefined,
): ReceiverResponse | { message: Message; chat: object } {
  const parameter = (name: string) => parameters.get(name) ?? '';
  const composed = compose(parameter('text'), parameter('parse_mode'));
  if ('refusal' in composed) return bad(composed.refusal);
  if (parameter('chat_id') === '') return bad('chat_id is empty');
  const chat = chatOf(parameter('chat_id'), expected);
  if (!chat) return bad('chat not found');
  return tooLong(composed.message) ? bad('message is too long') : { message: composed.message, chat };
}

function messageIn(incoming: IncomingRequest): Message | undefined {
  const request = botRequest(incoming);
  if (!request || 'malformed' in request || request.method !== 'sendmessage') return undefined;
  const { parameters } = request;
  const composed = compose(parameters.get('text') ?? '', parameters.get('parse_mode') ?? '');
  return 'message' in composed ? composed.message : undefined;
}

/** Parameter `disable_notification` of sendMessage: delivered without a sound. */
function isSilent(incoming: IncomingRequest): boolean {
  const request = botRequest(incoming);
  if (!request || 'malformed' in request) return false;
  const asked = request.parameters.get('disable_notification')?.toLowerCase();
  return asked === 'true' || asked === '1' || asked === 'yes';
}

const botOf = (token: string) => ({
  id: Number(token.split(':')[0]),
  is_bot: true,
  first_name: 'firedrill',
  username: 'firedrill_bot',
});

const abilities = {
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
};

/** The token is in the path, and the message may repeat it. */
function redact({ path, body }: Pick<IncomingRequest, 'path' | 'body'>, botToken = '') {
  const sent = /^\/bot([^/?]*)/.exec(path)?.[1]?.replace(/%3a/i, ':') ?? '';
  // A malformed token is not secret, and could be a word of the message.
  const secrets = [botToken, wellFormedToken.test(sent) ? sent : ''].filter((one) => one !== '');
  const hide = (text: string) =>
    secrets.reduce(
      (rest, one) => rest.replaceAll(one, redacted).replaceAll(encodeURIComponent(one), redacted),
      text,
    );
  return { path: hide(path.replace(/^\/bot[^/?]*/, `/bot${redacted}`)), body: hide(body) };
}

const success = (result: object): ReceiverResponse => jsonResponse(200, { ok: true, result });
const bad = (why: string): ReceiverResponse => refusal(400, `Bad Request: ${why}`);
const refusal = (status: number, description: string, parameters?: object): ReceiverResponse =>
  jsonResponse(status, { ok: false, error_code: status, description, ...(parameters && { parameters }) });
