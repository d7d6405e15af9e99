import {
  type Answer,
  asArray,
  asObject,
  asString,
  type Incoming,
  isBlank,
  type Protocol,
  parseObject,
  redacted,
} from '../protocol.ts';
import { slackPages } from './pages.ts';
import { slackTexts } from './texts.ts';

/**
 * Slack's incoming webhook: the error strings that it documents, with the status it gives them. Some only
 * Slack can find (an archived channel, say): tell a receiver to answer with them.
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/#handling_errors and
 * https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks
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

const maxAttachments = 100;
/** https://docs.slack.dev/reference/block-kit/blocks */
const maxBlocks = 50;
const webhookPath = /^\/services\/(T[A-Z0-9]+)\/(B[A-Z0-9]+)\/([A-Za-z0-9]+)$/;

/**
 * Slack answers in plain text that it calls text/html; Alertmanager takes anything but the two letters `ok`
 * for an error. A text over 40,000 characters Slack cuts off, and does not refuse.
 */
export function openSlack({ webhookPath: known = '' }: { readonly webhookPath?: string } = {}): Protocol {
  const secret = webhookPath.exec(known)?.[3];
  return {
    limitBytes: 4 * 1024 * 1024,
    answer(incoming) {
      const error = wrongWith(incoming, known);
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
      address: [incoming.path.replace(/\?.*$/s, '')],
      detail: asString(messageOf(incoming)?.channel),
    }),
    tooMany: () => refusal('rate_limited'),
    redact: ({ path, body }) => {
      const hide = (value: string) => (secret ? value.replaceAll(secret, redacted) : value);
      return {
        path: hide(path.replace(/^(\/services\/[^/?]*\/[^/?]*\/)[^?]+/, `$1${redacted}`)),
        body: hide(body),
      };
    },
  };
}

const text = (status: number, body: string): Answer => ({ status, contentType: 'text/html', body });
const refusal = (error: SlackError) => text(slackErrors[error], error);

function wrongWith(incoming: Incoming, expected: string): SlackError | undefined {
  const { method, path, tooLarge } = incoming;
  if (method !== 'POST') return 'method_not_allowed';
  const address = wrongAddress(path.replace(/\?.*$/s, ''), expected);
  if (address) return address;
  const message = messageOf(incoming);
  return message && !tooLarge ? wrongMessage(message) : 'invalid_payload';
}

/**
 * A path that is no webhook's at all Slack redirects to its site; here it is `no_service`, since a client
 * would follow the redirect off this machine.
 */
function wrongAddress(path: string, expected: string): SlackError | undefined {
  const [, team, service, token] = webhookPath.exec(path) ?? [];
  if (token === undefined) return 'no_service';
  const [, ownTeam, ownService, ownToken] = webhookPath.exec(expected || path) ?? [];
  if (team !== ownTeam) return 'no_team';
  if (service !== ownService) return 'no_service';
  return token === ownToken ? undefined : 'invalid_token';
}

/** The message is JSON, or JSON in the form field `payload`; a form without that field is read as JSON too. */
function messageOf({ contentType, body }: Incoming): Record<string, unknown> | undefined {
  const form = contentType.startsWith('application/x-www-form-urlencoded');
  return parseObject((form && new URLSearchParams(body).get('payload')) || body);
}

/**
 * `no_text` is what is documented for a message with nothing to show; one that does not even have the
 * members in question has been seen to get `missing_text_or_fallback_or_attachments`.
 */
function wrongMessage(message: Record<string, unknown>): SlackError | undefined {
  const { text, attachments, blocks } = message;
  if (text === undefined && attachments === undefined && blocks === undefined) {
    return 'missing_text_or_fallback_or_attachments';
  }
  if (text !== undefined && typeof text !== 'string') return 'invalid_payload';
  if (attachments !== undefined && !isListOfObjects(attachments)) return 'invalid_payload';
  if (asArray(attachments).length > maxAttachments) return 'too_many_attachments';
  if (blocks !== undefined && !areBlocks(blocks)) return 'invalid_blocks';
  const shows = !isBlank(text) || asArray(blocks).length > 0 || asArray(attachments).some(showsSomething);
  return shows ? undefined : 'no_text';
}

const isListOfObjects = (value: unknown) => Array.isArray(value) && value.every((one) => asObject(one));

const areBlocks = (value: unknown) =>
  isListOfObjects(value) &&
  asArray(value).length <= maxBlocks &&
  asArray(value).every((block) => asString(asObject(block)?.type) !== '');

const showsSomething = (attachment: unknown): boolean =>
  Object.entries(asObject(attachment) ?? {}).some(
    ([name, value]) =>
      (['title', 'text', 'pretext', 'fallback', 'image_url'].includes(name) && !isBlank(value)) ||
      (['fields', 'blocks'].includes(name) && asArray(value).length > 0),
  );
