import type { Message } from '../page.ts';
import {
  type IncomingRequest,
  isBlank,
  jsonResponse,
  type Protocol,
  type ReceiverResponse,
  redacted,
} from '../protocol.ts';
import { type Field, fieldNamed, fieldsOf } from '../reading/fields.ts';
import { textPages } from '../reading/text-pages.ts';

/** What is known of a vendor whose form is not judged: as much as its senders need to go on. */
export interface Unjudged {
  /** Names of the values that identify the recipient, or `authorization`. A message without any is identified by its path. */
  readonly recipient?: readonly string[];
  /** Names of the values that are secret. */
  readonly secrets?: readonly string[];
  /** Whether a request is a message; absent: all are. Others ask for a token first, say. */
  readonly isMessage?: (request: IncomingRequest) => boolean;
  /** The answer, where a sender expects more than status 200 and an empty object. */
  readonly answer?: (request: IncomingRequest, fields: readonly Field[]) => ReceiverResponse;
}

/**
 * A receiver that accepts every request, keeps its bytes and does not judge its form: a vendor might refuse the message,
 * or show it otherwise. Its path, which holds keys at many vendors, is not kept.
 */
export function openUnjudged({ recipient = [], secrets = [], isMessage, answer }: Unjudged): Protocol {
  const told = (incoming: IncomingRequest): readonly Field[] =>
    isMessage?.(incoming) === false
      ? []
      : fieldsOf(incoming).filter(([name, value]) => !secrets.includes(name) && !isBlank(value));
  const message = (incoming: IncomingRequest): Message | undefined => {
    const shown = told(incoming).map(([, value]) => value);
    return shown.length > 0 ? { text: shown.join('\n'), entities: [] } : undefined;
  };
  return {
    limitBytes: 16 * 1024 * 1024,
    answer: (incoming) => answer?.(incoming, fieldsOf(incoming)) ?? jsonResponse(200, {}),
    pages(incoming) {
      const shown = message(incoming);
      return shown ? textPages(shown) : [];
    },
    message,
    texts: (incoming) => told(incoming).map(([field, text]) => ({ field: field || 'body', text })),
    ...(isMessage && { isMessage }),
    destination(incoming) {
      const fields = [...fieldsOf(incoming), ['authorization', incoming.authorization ?? ''] as const];
      const named = recipient.map((name) => fieldNamed(fields, name)).filter((value) => value !== '');
      return { address: named.length > 0 ? named : [incoming.path] };
    },
    tooMany: () => jsonResponse(429, {}),
    redact(incoming) {
      const fields = fieldsOf(incoming);
      const hidden = secrets.map((name) => fieldNamed(fields, name)).filter((value) => value.length > 3);
      const hide = (text: string) =>
        hidden.reduce(
          (rest, one) => rest.replaceAll(one, redacted).replaceAll(encodeURIComponent(one), redacted),
          text,
        );
      const [path = '', query] = incoming.path.split(/\?(.*)/s);
      const shownPath = path === '/' || path === '' ? path : `/${redacted}`;
      return {
        path: query === undefined ? shownPath : `${shownPath}?${hide(query)}`,
        body: hide(incoming.body),
      };
    },
  };
}
