import type { Message } from '../page.ts';
import { type Answer, type Incoming, jsonAnswer, type Protocol, redacted } from '../protocol.ts';
import { chatOf } from './chat.ts';
import { compose, tooLong } from './message.ts';
import { telegramPages } from './pages.ts';
import { type BotRequest, botRequest } from './request.ts';

export interface BotCredentials {
  readonly botToken?: string;
  /** The one chat that the bot may write to, a number or `@name`. */
  readonly chatId?: string;
}

/**
 * Telegram's Bot API, as far as a notifier needs it: `sendMessage` and `getMe`;
 * https://core.telegram.org/bots/api. Refusals, their order and their words follow the server that Telegram
 * publishes (github.com/tdlib/telegram-bot-api), except for a token that is none: api.telegram.org answers
 * that 404, as does a path that is none.
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
      const stranger = wrongToken(request.token, botToken);
      if (stranger) return stranger;
      const bot = botOf(request.token);
      if (request.method === 'getme') return success({ ...bot, ...abilities });
      if (request.method !== 'sendmessage') return refusal(404, 'Not Found: method not found');
      const ready = judgeMessage(request, chatId);
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
      return telegramPages(message).map((page) => (isSilent(incoming) ? { ...page, silent: true } : page));
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

/** `<number>:<letters>`, as BotFather gives it. */
export const wellFormedToken = /^[1-9]\d*:[\w-]+$/;

function wrongToken(token: string, expected: string | undefined): Answer | undefined {
  if (!wellFormedToken.test(token)) return refusal(404, 'Not Found');
  return expected !== undefined && token !== expected ? refusal(401, 'Unauthorized') : undefined;
}

/** The text is looked at before the chat, and its length last of all. */
function judgeMessage(
  { parameters }: BotRequest,
  expected: string | undefined,
): Answer | { message: Message; chat: object } {
  const parameter = (name: string) => parameters.get(name) ?? '';
  const composed = compose(parameter('text'), parameter('parse_mode'));
  if ('refusal' in composed) return bad(composed.refusal);
  if (parameter('chat_id') === '') return bad('chat_id is empty');
  const chat = chatOf(parameter('chat_id'), expected);
  if (!chat) return bad('chat not found');
  return tooLong(composed.message) ? bad('message is too long') : { message: composed.message, chat };
}

function messageIn(incoming: Incoming): Message | undefined {
  const request = botRequest(incoming);
  if (!request || 'malformed' in request || request.method !== 'sendmessage') return undefined;
  const { parameters } = request;
  const composed = compose(parameters.get('text') ?? '', parameters.get('parse_mode') ?? '');
  return 'message' in composed ? composed.message : undefined;
}

/** Parameter `disable_notification` of sendMessage: its reader gets it without a sound. */
function isSilent(incoming: Incoming): boolean {
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

/** The token is in the path; a sender's own words may repeat it. */
function redact({ path, body }: Pick<Incoming, 'path' | 'body'>, botToken = '') {
  const sent = /^\/bot([^/?]*)/.exec(path)?.[1]?.replace(/%3a/i, ':') ?? '';
  // Less than a token is no secret, and could be any word of the message.
  const secrets = [botToken, wellFormedToken.test(sent) ? sent : ''].filter((one) => one !== '');
  const hide = (text: string) =>
    secrets.reduce(
      (rest, one) => rest.replaceAll(one, redacted).replaceAll(encodeURIComponent(one), redacted),
      text,
    );
  return { path: hide(path.replace(/^\/bot[^/?]*/, `/bot${redacted}`)), body: hide(body) };
}

const success = (result: object): Answer => jsonAnswer(200, { ok: true, result });
const bad = (why: string): Answer => refusal(400, `Bad Request: ${why}`);
const refusal = (status: number, description: string, parameters?: object): Answer =>
  jsonAnswer(status, { ok: false, error_code: status, description, ...(parameters && { parameters }) });
