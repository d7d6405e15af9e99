import { decodeUri } from '../../decode-uri.ts';
import type { IncomingRequest } from '../protocol.ts';
import { type Malformed, multipartFields } from '../reading/multipart.ts';

/** A parsed request to the Bot API; https://core.telegram.org/bots/api#making-requests */
export interface BotRequest {
  readonly token: string;
  /** In lower case: method names are case-insensitive. */
  readonly method: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Parses a request. Parameters may be in the query, a form, multipart or JSON, whose non-string values are taken as
 * their JSON text. Invalid JSON counts as no parameters, as on Telegram's server.
 *
 * @returns `undefined` if the path is not one of the Bot API.
 */
export function botRequest({ path, contentType, body }: IncomingRequest): BotRequest | Malformed | undefined {
  const [route = '', query = ''] = path.split(/\?(.*)/s);
  const [, token, method] = /^\/bot([^/]*)\/+([^/]*)$/.exec(decodeUri(route)) ?? [];
  if (token === undefined || method === undefined) return undefined;
  const type = contentType.toLowerCase();
  const sent = type.includes('multipart/form-data')
    ? multipartFields(body, contentType)
    : type.includes('application/x-www-form-urlencoded')
      ? [...new URLSearchParams(body)]
      : type.includes('application/json')
        ? jsonFields(body)
        : [];
  if ('malformed' in sent) return sent;
  // The first value of a name counts, so the map is filled from the end.
  const parameters = new Map([...new URLSearchParams(query), ...sent].toReversed());
  return { token, method: method.toLowerCase(), parameters };
}

function jsonFields(body: string): [string, string][] {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    return Object.entries(value).map(([name, one]) => [
      name,
      typeof one === 'string' ? one : JSON.stringify(one),
    ]);
  } catch {
    return [];
  }
}
