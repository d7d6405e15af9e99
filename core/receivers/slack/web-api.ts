import { randomInt } from 'node:crypto';
import { isKnownIn } from '../known.ts';
import {
  asString,
  type IncomingRequest,
  isBlank,
  type Json,
  jsonResponse,
  type ReceiverResponse,
} from '../protocol.ts';
import { type MessageError, wrongMessage } from './message.ts';

/** https://api.slack.com/methods/chat.postMessage */
export const postMessage = 'https://slack.com/api/chat.postMessage';

/** Whether a path is one of Slack's Web API. */
export const isApi = (path: string): boolean => path.startsWith('/api/');

/** The token of a request; `undefined` without one. */
export const tokenIn = ({ authorization = '' }: Pick<IncomingRequest, 'authorization'>): string | undefined =>
  /^Bearer +(\S+)$/i.exec(authorization)?.[1];

/** The address of a message: the path of an incoming webhook, the method and the token of the Web API. */
export function slackAddress(pathAndQuery: string, token: string | undefined): string[] {
  const path = pathAndQuery.replace(/\?.*$/s, '');
  return isApi(path) && token !== undefined ? [path, token] : [path];
}

/** Lists of what a workspace knows; absent: all are known. */
export interface KnownToApi {
  readonly tokens?: string;
  readonly channels?: string;
}

/** A channel is named with or without `#`. */
export const isKnownChannel = ({ channels }: KnownToApi, channel: string): boolean =>
  isKnownIn(channels, channel) ||
  isKnownIn(channels, channel.replace(/^#/, '')) ||
  isKnownIn(channels, `#${channel}`);

/** Errors in the content of a message, in the words of the Web API where it has others. */
const errorsOfApi: Readonly<Partial<Record<MessageError, string>>> = {
  invalid_payload: 'invalid_arguments',
  missing_text_or_fallback_or_attachments: 'no_text',
};

/**
 * Answers as `chat.postMessage` does, with the status 200 also where it refuses. Alertmanager and Grafana read the answer.
 * What needs the state of a workspace, such as `not_in_channel`, is not judged.
 */
export function answerOfApi(
  incoming: IncomingRequest,
  message: Json | undefined,
  known: KnownToApi,
): ReceiverResponse {
  const error = errorFor(incoming, message, known);
  if (error !== undefined) return { ...answer({ ok: false, error }), refused: true };
  // The time of the message, with which others refer to it.
  const ts = `${Math.floor(Date.now() / 1000)}.${String(randomInt(1_000_000)).padStart(6, '0')}`;
  return answer({ ok: true, channel: message?.channel, ts });
}

const answer = (body: Json): ReceiverResponse => ({
  ...jsonResponse(200, body),
  contentType: 'application/json; charset=utf-8',
});

/** The only answer of the Web API that tells an error by its status. */
export const tooManyAtApi: ReceiverResponse = {
  ...answer({ ok: false, error: 'ratelimited' }),
  status: 429,
};

function errorFor(
  incoming: IncomingRequest,
  message: Json | undefined,
  known: KnownToApi,
): string | undefined {
  const token = tokenIn(incoming);
  if (incoming.path.replace(/\?.*$/s, '') !== new URL(postMessage).pathname) return 'unknown_method';
  if (token === undefined) return incoming.authorization === undefined ? 'not_authed' : 'invalid_auth';
  if (!isKnownIn(known.tokens, token)) return 'invalid_auth';
  if (!message || incoming.tooLarge) return 'invalid_json';
  const channel = asString(message.channel);
  if (isBlank(channel) || /\s/.test(channel) || !isKnownChannel(known, channel)) return 'channel_not_found';
  const error = wrongMessage(message);
  return error && (errorsOfApi[error] ?? error);
}
