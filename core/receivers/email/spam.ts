import { addressesIn, type Mail } from './mail.ts';

/**
 * Why a mail server that accepts an e-mail would not show it in the inbox. Only what is certain to count against it: a
 * header that RFC 5322 (section 3.6.2) or every large provider demands, and a From of another domain than the
 * sender, which fails the alignment of DMARC (https://www.rfc-editor.org/rfc/rfc7489#section-3.1). Google's and Yahoo's
 * rules for senders: https://support.google.com/a/answer/81126. A missing Date or Message-ID does not count: the server
 * that takes a message for delivery adds them (https://www.rfc-editor.org/rfc/rfc6409#section-8), as Grafana relies on.
 */
export function spamFaults({ envelope, from, to, subject }: Mail): string[] {
  const [sender] = addressesIn(envelope.from);
  const [shown] = addressesIn(from ?? '');
  const domainOf = (address: string | undefined) => address?.split('@')[1];
  return [
    ...(isMissing(subject) ? ['its subject is empty'] : []),
    ...(shown === undefined ? ['it has no From'] : []),
    ...(addressesIn(to ?? '').length === 0 ? ['it has no To'] : []),
    ...(shown !== undefined && sender !== undefined && !isAligned(domainOf(shown), domainOf(sender))
      ? [`its From is of ${domainOf(shown)}, and it is sent as ${domainOf(sender)}`]
      : []),
  ];
}

const isMissing = (value: string | null): boolean => value === null || value.trim() === '';

/** One may be a subdomain of the other, as relaxed alignment allows. */
const isAligned = (one = '', other = ''): boolean =>
  one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`);
