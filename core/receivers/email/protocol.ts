import type { Message } from '../page.ts';
import {
  asArray,
  asObject,
  asString,
  isBlank,
  type Protocol,
  parseObject,
  type ReceiverResponse,
} from '../protocol.ts';
import { textPages } from '../reading/text-pages.ts';
import { addressesIn, type Mail, mailIn } from './mail.ts';

/** What an emulated mail server checks; without a list, every address has a mailbox. */
export interface MailboxCredentials {
  /** Separated by commas. */
  readonly addresses?: string;
  readonly username?: string;
  readonly password?: string;
}

/** The size that a message may have, in bytes: that of Gmail and of most others. https://www.rfc-editor.org/rfc/rfc1870 */
export const mostBytes = 25 * 1024 * 1024;

/**
 * A mail server (https://www.rfc-editor.org/rfc/rfc5321), as far as it decides whether a message is accepted. Each message
 * is one request, whose body is JSON: a `Mail`, or only its `envelope` where the message itself was never sent. Statuses
 * are SMTP's: 250 accepted, 550 no such mailbox, 552 too large.
 */
export function openEmail({ addresses }: MailboxCredentials = {}): Protocol {
  const known = addresses === undefined ? undefined : addressesIn(addresses);
  return {
    limitBytes: Number.POSITIVE_INFINITY,
    answer({ body, tooLarge }) {
      const unknown = envelopeOf(body).find((address) => known?.includes(address) === false);
      if (unknown !== undefined) return reply(550, `5.1.1 <${unknown}>: no such mailbox`);
      return tooLarge ? reply(552, '5.3.4 message is larger than 25 MiB') : reply(250, '2.0.0 accepted');
    },
    pages({ body }) {
      const mail = mailIn(body);
      return mail ? textPages(shownIn(mail)) : [];
    },
    message({ body }) {
      const mail = mailIn(body);
      return mail && shownIn(mail);
    },
    texts({ body }) {
      const mail = mailIn(body);
      return (
        mail && [
          { field: 'subject', text: mail.subject ?? '' },
          ...(isBlank(mail.text) ? [] : [{ field: mail.html === null ? 'text' : 'html', text: mail.text }]),
        ]
      );
    },
    destination: ({ body }) => {
      const to = envelopeOf(body);
      return to.length > 0 ? { address: to, detail: to.join(', ') } : undefined;
    },
    tooMany: () => reply(421, '4.7.0 too many messages, try again later'),
  };
}

const shownIn = ({ subject, text }: Mail): Message => ({ text: `${subject ?? ''}\n${text}`, entities: [] });

/** The recipients of a message. They are known even if the message was refused before its content. */
const envelopeOf = (body: string): string[] =>
  addressesIn(
    asArray(asObject(parseObject(body)?.envelope)?.to)
      .map(asString)
      .join(','),
  );

const reply = (status: number, body: string): ReceiverResponse => ({
  status,
  contentType: 'text/plain',
  body,
});
