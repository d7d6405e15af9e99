import {
  asString,
  type IncomingRequest,
  type Json,
  type Protocol,
  parseObject,
  type ReceiverResponse,
  redacted,
} from '../protocol.ts';
import { wrongMessage } from './message.ts';
import { slackPages } from './pages.ts';
import { slackTexts } from './texts.ts';
import { answerOfApi, isApi, slackAddress, tokenIn as tokenInHeader, tooManyAtApi } from './web-api.ts';

/**
 * The documented errors of Slack's incoming webhooks, with their HTTP status. Some need state that only Slack has (an
 * archived channel, say): the emulated receiver can be set to answer with them.
 */
export const slackErrors = {
  invalid_payload: 400,
  invalid_blocks: 400,
  no_text: 400,
  missing_text_or_fallback_or_attachments: 400,
  too_many_attachments: 400,
  user_not_found: 400,
  invalid_token: 403,
  action_prohibited: 403,
  posting_to_general_channel_denied: 403,
  team_disabled: 403,
  channel_not_found: 404,
  no_active_hooks: 404,
  no_service: 404,
  no_service_id: 404,
  no_team: 404,
  method_not_allowed: 405,
  channel_is_archived: 410,
  rate_limited: 429,
  rollup_error: 500,
} as const;

type SlackError = keyof typeof slackErrors;

const webhookPath = /^\/services\/(T[A-Z0-9]+)\/(B[A-Z0-9]+)\/([A-Za-z0-9]+)$/;

interface SlackCredentials {
  readonly webhookPath?: string;
  /** Of the Web API. */
  readonly token?: string;
}

/**
 * Slack's incoming webhooks, and `chat.postMessage` of its Web API. The responses of webhooks are plain text with content
 * type text/html. Alertmanager takes anything but `ok` as an error.
 */
export function openSlack({ webhookPath: known = '', token }: SlackCredentials = {}): Protocol {
  const secret = webhookPath.exec(known)?.[3];
  return {
    limitBytes: 4 * 1024 * 1024,
    answer(incoming) {
      if (isApi(incoming.path)) return answerOfApi(incoming, messageOf(incoming), token);
      const error = errorFor(incoming, known);
      return error ? refusal(error) : text(200, 'ok');
    },
    pages(incoming) {
      const message = messageOf(incoming);
      return message ? slackPages(message) : [];
    },
    texts(incoming) {
      const message = messageOf(incoming);
      return message && slackTexts(message);
    },
    destination: (incoming) => ({
      address: slackAddress(incoming.path, tokenInHeader(incoming)),
      detail: asString(messageOf(incoming)?.channel),
    }),
    tooMany: (_, { path }) => (isApi(path) ? tooManyAtApi : refusal('rate_limited')),
    redact: ({ path, body }) => {
      const sent = tokenIn(path);
      const secrets = [secret, sent].filter((one) => one !== undefined);
      const hide = (value: string) => secrets.reduce((rest, one) => rest.replaceAll(one, redacted), value);
      return {
        path: hide(path.replace(/^(\/services\/[^/?]*\/[^/?]*\/)[^?]+/, `$1${redacted}`)),
        body: hide(body).replaceAll(ofApi, redacted),
      };
    },
  };
}

/** Tokens of the Web API; https://docs.slack.dev/authentication/tokens */
const ofApi = /xox[a-z]-[\w-]{8,}/g;

/** The token in a path. Slack's have 24 characters; a short one is made up, and could be a word of the message. */
function tokenIn(path: string): string | undefined {
  const token = webhookPath.exec(path.replace(/\?.*$/s, ''))?.[3] ?? '';
  return token.length >= 8 ? token : undefined;
}

const text = (status: number, body: string): ReceiverResponse => ({ status, contentType: 'text/html', body });
const refusal = (error: SlackError) => text(slackErrors[error], error);

function errorFor(incoming: IncomingRequest, expected: string): SlackError | undefined {
  const { method, path, tooLarge } = incoming;
  if (method !== 'POST') return 'method_not_allowed';
  const address = wrongAddress(path.replace(/\?.*$/s, ''), expected);
  if (address) return address;
  const message = messageOf(incoming);
  return message && !tooLarge ? wrongMessage(message) : 'invalid_payload';
}

/**
 * Slack redirects other paths to its website. Here they get `no_service`, since a client would follow the redirect to
 * the internet.
 */
function wrongAddress(path: string, expected: string): SlackError | undefined {
  const [, team, service, token] = webhookPath.exec(path) ?? [];
  if (token === undefined) return 'no_service';
  const [, ownTeam, ownService, ownToken] = webhookPath.exec(expected || path) ?? [];
  if (team !== ownTeam) return 'no_team';
  if (service !== ownService) return 'no_service';
  return token === ownToken ? undefined : 'invalid_token';
}

/** Parses JSON, or JSON in the form field `payload`. A form without that field is parsed as JSON too. */
function messageOf({ contentType, body }: IncomingRequest): Json | undefined {
  const form = contentType.startsWith('application/x-www-form-urlencoded');
  return parseObject((form && new URLSearchParams(body).get('payload')) || body);
}
