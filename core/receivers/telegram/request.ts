import { decodeUri } from '../../decode-uri.ts';
import type { Incoming } from '../protocol.ts';
import { type Malformed, multipartFields } from './multipart.ts';

/** What a request to the Bot API asks for; https://core.telegram.org/bots/api#making-requests */
export interface BotRequest {
  readonly token: string;
  /** In lower case, since Telegram does not mind. */
  readonly method: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Takes a request apart: its parameters come in the query, as a form, as multipart or as JSON, whose numbers
 * and so on are taken by their text. JSON that does not parse is taken for none, as Telegram's server does.
 *
 * @returns `undefined` when the path is not one of the Bot API.
 */
export function botRequest({ path, contentType, body }: Incoming): BotRequest | Malformed | undefined {
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
  // The first of a name counts, so the map is filled from the end.
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
