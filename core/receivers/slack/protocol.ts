import { knownIn } from '../known.ts';
import {
  asString,
  type IncomingRequest,
  isBlank,
  type Json,
  type Protocol,
  parseObject,
  type ReceiverResponse,
  redacted,
} from '../protocol.ts';
import { wrongMessage } from './message.ts';
import { slackPages } from './pages.ts';
import { slackTexts } from './texts.ts';
import {
  answerOfApi,
  isApi,
  isKnownChannel,
  slackAddress,
  tokenIn as tokenInHeader,
  tooManyAtApi,
} from './web-api.ts';

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

/** What is known; each is a list, and without it all are. */
export interface SlackCredentials {
  /** Paths of incoming webhooks. */
  readonly webhooks?: string;
  /** Tokens of the Web API. */
  readonly tokens?: string;
  /** Names with or without `#`, or ids. */
  readonly channels?: string;
}

/**
 * Slack's incoming webhooks, and `chat.postMessage` of its Web API. The responses of webhooks are plain text with content
 * type text/html. Alertmanager takes anything but `ok` as an error.
 */
export function openSlack(known: SlackCredentials = {}): Protocol {
  const hooks = knownIn(known.webhooks)?.map(partsOf);
  const secretsOfHooks = (hooks ?? []).flatMap(({ token }) => token ?? []);
  return {
    limitBytes: 4 * 1024 * 1024,
    answer(incoming) {
      if (isApi(incoming.path)) return answerOfApi(incoming, messageOf(incoming), known);
      const error = errorFor(incoming, hooks, known);
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
      const secrets = [...secretsOfHooks, ...(sent === undefined ? [] : [sent])];
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
  const { token = '' } = partsOf(path.replace(/\?.*$/s, ''));
  return token.length >= 8 ? token : undefined;
}

const text = (status: number, body: string): ReceiverResponse => ({ status, contentType: 'text/html', body });
const refusal = (error: SlackError) => text(slackErrors[error], error);

interface Hook {
  readonly team?: string | undefined;
  readonly service?: string | undefined;
  readonly token?: string | undefined;
}

/** Nothing of a path that is not one of incoming webhooks. */
function partsOf(path: string): Hook {
  const [, team, service, token] = webhookPath.exec(path) ?? [];
  return { team, service, token };
}

function errorFor(
  incoming: IncomingRequest,
  hooks: readonly Hook[] | undefined,
  known: SlackCredentials,
): SlackError | undefined {
  const { method, path, tooLarge } = incoming;
  if (method !== 'POST') return 'method_not_allowed';
  const address = wrongAddress(partsOf(path.replace(/\?.*$/s, '')), hooks);
  if (address) return address;
  const message = messageOf(incoming);
  // Without a channel, the message goes to that of the webhook.
  if (message && !isBlank(message.channel) && !isKnownChannel(known, asString(message.channel)))
    return 'channel_not_found';
  return message && !tooLarge ? wrongMessage(message) : 'invalid_payload';
}

/**
 * Slack redirects other paths to its website. Here they get `no_service`, since a client would follow the redirect to
 * the internet.
 */
function wrongAddress(asked: Hook, known: readonly Hook[] = [asked]): SlackError | undefined {
  if (asked.token === undefined) return 'no_service';
  const ofTeam = known.filter(({ team }) => team === asked.team);
  if (ofTeam.length === 0) return 'no_team';
  const ofService = ofTeam.filter(({ service }) => service === asked.service);
  if (ofService.length === 0) return 'no_service';
  return ofService.some(({ token }) => token === asked.token) ? undefined : 'invalid_token';
}

/** Parses JSON, or JSON in the form field `payload`. A form without that field is parsed as JSON too. */
function messageOf({ contentType, body }: IncomingRequest): Json | undefined {
  const form = contentType.startsWith('application/x-www-form-urlencoded');
  return parseObject((form && new URLSearchParams(body).get('payload')) || body);
}
