import { randomInt } from 'node:crypto';
import { knownIn } from '../known.ts';
import {
  type IncomingRequest,
  type Json,
  jsonResponse,
  type Protocol,
  parseObject,
  type ReceiverResponse,
  redacted,
} from '../protocol.ts';
import { distinctLinks } from '../reading/links.ts';
import { multipartFields } from '../reading/multipart.ts';
import { textPages } from '../reading/text-pages.ts';
import { type Fault, faultsOf, isGreen, shownIn, showsSomething, textsOf, titleLinks } from './message.ts';

const webhook = /^\/api(?:\/v\d+)?\/webhooks\/([^/]+)\/([^/]+)\/?$/;

/**
 * Discord's webhooks: github.com/discord/discord-api-docs, docs/resources/Webhook.md. A message is answered 204,
 * or 200 with the message if `wait` is asked for. Discord rejects texts that are too long and does not cut them.
 *
 * @param webhooks the list of the known paths; absent: any well-formed one is.
 */
export function openDiscord({ webhooks }: { readonly webhooks?: string } = {}): Protocol {
  return {
    limitBytes: 25 << 20,
    answer: (incoming) => refusalOf(incoming, webhooks) ?? taken(incoming),
    pages(incoming) {
      const message = messageOf(incoming);
      if (!message || textsOf(message).length === 0) return [];
      return textPages(shownIn(message), isGreen(message) ? 'resolved' : 'firing').map((page) => ({
        ...page,
        links: distinctLinks([...page.links, ...titleLinks(message)]),
      }));
    },
    message(incoming) {
      const message = messageOf(incoming);
      return message && shownIn(message);
    },
    texts(incoming) {
      const message = messageOf(incoming);
      return message && textsOf(message);
    },
    destination: ({ path }) => ({ address: [path] }),
    tooMany: (retryAfterS) =>
      jsonResponse(429, {
        ...{ message: 'You are being rate limited.', retry_after: retryAfterS, global: false },
      }),
    redact({ path, body }) {
      const token = webhook.exec(pathOf(path))?.[2] ?? '';
      return {
        path: token === '' ? `/${redacted}` : path.replace(token, redacted),
        // Real tokens are long; a short one is made up, and could be a word of the message.
        body: token.length < 8 ? body : body.replaceAll(token, redacted),
      };
    },
  };
}

const pathOf = (path: string): string => path.replace(/\?.*$/s, '');

/** Parses JSON, or JSON in the part `payload_json` of a message with files. */
function messageOf({ contentType, body }: IncomingRequest): Json | undefined {
  if (!contentType.toLowerCase().includes('multipart/form-data')) return parseObject(body);
  const parts = multipartFields(body, contentType);
  const payload = Array.isArray(parts) ? parts.find(([name]) => name === 'payload_json')?.[1] : undefined;
  return parseObject(payload ?? '');
}

const taken = (incoming: IncomingRequest): ReceiverResponse => {
  const { searchParams } = new URL(incoming.path, 'http://discord');
  if (!/^(true|1)$/i.test(searchParams.get('wait') ?? ''))
    return { status: 204, contentType: 'application/json', body: '' };
  const { content = '', embeds = [] } = messageOf(incoming) ?? {};
  return jsonResponse(200, { id: String(randomInt(2 ** 47)), type: 0, content, embeds });
};

/** Codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
const refusal = (status: number, code: number, message: string, more: Json = {}): ReceiverResponse =>
  jsonResponse(status, { message, code, ...more });

function refusalOf(incoming: IncomingRequest, known: string | undefined): ReceiverResponse | undefined {
  const { method, path, tooLarge } = incoming;
  const [, id, token] = webhook.exec(pathOf(path)) ?? [];
  if (id === undefined) return refusal(404, 0, '404: Not Found');
  const own = (knownIn(known) ?? [path]).map((one) => webhook.exec(pathOf(one)) ?? []);
  const ofId = own.filter(([, ownId]) => ownId === id);
  if (ofId.length === 0) return refusal(404, 10015, 'Unknown Webhook');
  if (!ofId.some(([, , ownToken]) => ownToken === token)) return refusal(401, 50027, 'Invalid Webhook Token');
  if (method !== 'POST') return refusal(405, 0, '405: Method Not Allowed');
  if (tooLarge) return refusal(413, 40005, 'Request entity too large');
  const message = messageOf(incoming);
  if (!message) return refusal(400, 50109, 'The request body contains invalid JSON.');
  const faults = faultsOf(message);
  if (faults.length > 0) return refusal(400, 50035, 'Invalid Form Body', { errors: errorsOf(faults) });
  return showsSomething(message) ? undefined : refusal(400, 50006, 'Cannot send an empty message');
}

/** An object like the message, in which each faulty part has a list `_errors`. */
function errorsOf(faults: readonly Fault[]): Json {
  const own = faults.filter(({ at }) => at.length === 0);
  const names = new Set(faults.flatMap(({ at: [name] }) => name ?? []));
  return {
    ...(own.length > 0 ? { _errors: own.map(({ code, message }) => ({ code, message })) } : {}),
    ...Object.fromEntries(
      [...names].map((name) => [
        name,
        errorsOf(
          faults.filter(({ at }) => at[0] === name).map(({ at, ...one }) => ({ ...one, at: at.slice(1) })),
        ),
      ]),
    ),
  };
}
