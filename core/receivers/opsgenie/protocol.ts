import { randomUUID } from 'node:crypto';
import { decodeUri } from '../../decode-uri.ts';
import { Incidents } from '../incidents.ts';
import { isKnownIn } from '../known.ts';
import type { Message, TextPart } from '../page.ts';
import {
  asObject,
  asString,
  type IncomingRequest,
  isBlank,
  type Json,
  jsonResponse,
  type Protocol,
  parseObject,
  type ReceiverResponse,
} from '../protocol.ts';
import { textPages } from '../reading/text-pages.ts';

const priorities = ['P1', 'P2', 'P3', 'P4', 'P5'];
/** Most characters of each field; https://docs.opsgenie.com/docs/alerts-and-alert-fields */
const limits = {
  message: 130,
  alias: 512,
  description: 15_000,
  entity: 512,
  source: 100,
  note: 25_000,
} as const;

/**
 * Opsgenie's alert API, as far as notifiers use it: create and close by alias; https://docs.opsgenie.com/docs/alert-api.
 * Both are answered 202 before Opsgenie has done them, also where there is nothing to close. Its texts for fields that are
 * too long are not published.
 *
 * @param apiKeys the list of the known ones; absent: all are.
 */
export function openOpsgenie({ apiKeys }: { readonly apiKeys?: string } = {}): Protocol {
  const incidents = new Incidents();
  /** The message of each alert, by its alias: a closed alert is shown with it. */
  const messages = new Map<string, string>();
  const read = (incoming: IncomingRequest) => {
    const { closes } = calledIn(incoming.path);
    const sent = parseObject(incoming.body) ?? {};
    return { closes, sent, alias: closes ?? asString(sent.alias) };
  };
  const message = (incoming: IncomingRequest): Message | undefined => {
    const { closes, sent, alias } = read(incoming);
    if (closes === undefined)
      return {
        text: textsOf(sent)
          .map(({ text }) => text)
          .join('\n'),
        entities: [],
      };
    const known = messages.get(alias);
    return known === undefined ? undefined : { text: `Closed: ${known}`, entities: [] };
  };
  return {
    limitBytes: 1 << 20,
    answer(incoming) {
      const refused = refusalOf(incoming, apiKeys);
      if (refused) return refused;
      const { closes, sent, alias } = read(incoming);
      if (closes === undefined && alias !== '') messages.set(alias, asString(sent.message));
      return told(202, { result: 'Request will be processed' });
    },
    isMessage: ({ method, path }) =>
      method === 'POST' && /^\/v2\/alerts\/?($|[^/]+\/close\/?$)/.test(routeOf(path)),
    pages(incoming) {
      const shown = message(incoming);
      const { closes, sent, alias } = read(incoming);
      const priority = asString(sent.priority);
      return (shown ? textPages(shown) : []).map((page) => ({
        ...page,
        status: closes === undefined ? page.status : 'resolved',
        ...(alias && { dedupKey: alias }),
        ...(priority && { severity: priority }),
      }));
    },
    message,
    texts(incoming) {
      const { closes, sent } = read(incoming);
      return closes === undefined
        ? textsOf(sent)
        : [{ field: 'message', text: message(incoming)?.text ?? '' }];
    },
    onAccepted(incoming) {
      const { closes, alias } = read(incoming);
      if (alias === '') return {};
      const action = closes === undefined ? 'trigger' : 'resolve';
      const incident = incidents.take(incoming.authorization ?? '', action, alias);
      return incident ? { incident } : {};
    },
    destination: ({ authorization }) =>
      authorization === undefined ? undefined : { address: [authorization] },
    tooMany: () => told(429, { message: 'You are making too many requests!' }),
  };
}

const routeOf = (path: string): string => path.replace(/\?.*$/s, '');

/** The alias of the alert that a path closes. */
function calledIn(path: string): { readonly closes?: string } {
  const [, alias] = /^\/v2\/alerts\/([^/]+)\/close\/?$/.exec(routeOf(path)) ?? [];
  return alias === undefined ? {} : { closes: decodeUri(alias) };
}

function refusalOf(
  { method, path, authorization = '', body, tooLarge }: IncomingRequest,
  apiKeys: string | undefined,
): ReceiverResponse | undefined {
  const [, key] = /^GenieKey (\S+)$/.exec(authorization) ?? [];
  if (key === undefined || !isKnownIn(apiKeys, key)) return told(401, { message: 'Could not authenticate' });
  const { closes } = calledIn(path);
  const isUpdate = method === 'PUT' && /^\/v2\/alerts\/[^/]+\/(message|description)\/?$/.test(routeOf(path));
  if (!isUpdate && closes === undefined && !/^\/v2\/alerts\/?$/.test(routeOf(path)))
    return told(404, { message: 'Not Found' });
  if (tooLarge) return told(413, { message: 'Request Entity Too Large' });
  if (!isUpdate && method !== 'POST') return told(405, { message: 'Method Not Allowed' });
  const sent = parseObject(body);
  if (!sent) return told(400, { message: 'Could not parse request body.' });
  const errors = isUpdate ? {} : errorsIn(sent, closes === undefined);
  return Object.keys(errors).length === 0
    ? undefined
    : told(422, { message: 'Request body is not processable. Please check the errors.', errors });
}

function errorsIn(sent: Json, isCreated: boolean): Record<string, string> {
  const tooLong = Object.entries(limits).flatMap(([name, most]) =>
    [...asString(sent[name])].length > most
      ? [[name, `can not be longer than ${most} characters.`] as const]
      : [],
  );
  const { message, priority } = sent;
  return {
    ...Object.fromEntries(tooLong),
    ...(isCreated && isBlank(message) ? { message: 'Message can not be empty.' } : {}),
    ...(isBlank(priority) || priorities.includes(asString(priority))
      ? {}
      : { priority: `must be one of [${priorities.join(', ')}]` }),
  };
}

/** The texts of an alert that a person sees. */
const textsOf = ({ message, description, note, details }: Json): TextPart[] =>
  [
    ...Object.entries({ message, description, note }),
    ...Object.entries(asObject(details) ?? {}).map(([name, value]) => [`details.${name}`, value] as const),
  ].flatMap(([field, text]) => (isBlank(text) ? [] : [{ field, text: asString(text) }]));

const told = (status: number, body: Json): ReceiverResponse =>
  jsonResponse(status, { ...body, took: 0.01, requestId: randomUUID() });
