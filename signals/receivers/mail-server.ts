import { type AddressInfo, Socket } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { Mail } from '../../core/receivers/email/mail.ts';
import { mostBytes } from '../../core/receivers/email/protocol.ts';
import type { Credentials } from '../../core/receivers/kind.ts';
import { type IncomingRequest, type ReceiverResponse, takesMessage } from '../../core/receivers/protocol.ts';
import { type ArrivalTime, now } from './arrival.ts';
import { cannotListen, type HttpServer, hostIn, type ListenOptions } from './http-server.ts';
import type { Reaction } from './misbehaviour.ts';

/** Decides on messages, as `RequestHandler` does. */
export interface MailHandler {
  /** The answer to a request, which is not recorded. */
  judge(request: IncomingRequest): ReceiverResponse;
  /** Records a request, with this answer or else the one that it deserves. */
  take(request: IncomingRequest, arrival: ArrivalTime, answer?: ReceiverResponse): Reaction;
}

/**
 * Serves SMTP with STARTTLS, and AUTH by PLAIN, LOGIN and CRAM-MD5. Each message is one request to the handler, and so is
 * the envelope of a message that is refused before its content, and a login that fails.
 *
 * @param tls certificate and key, PEM.
 * @returns its URL begins with `smtp://`.
 * @throws FiredrillError as `serveHttp` does.
 */
export async function serveMail(
  where: string,
  { bind = '127.0.0.1', port, credentials = {} }: ListenOptions & { readonly credentials?: Credentials },
  tls: { readonly certificate: string; readonly key: string },
  handler: MailHandler,
): Promise<HttpServer> {
  const { username, password } = credentials;
  const server = new SMTPServer({
    ...{ cert: tls.certificate, key: tls.key, size: mostBytes, disableReverseLookup: true, logger: false },
    authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
    authOptional: username === undefined && password === undefined,
    // Whether a sender insists on encryption is a setting of its own.
    allowInsecureAuth: true,
    closeTimeout: 1,
    onAuth(given, session, callback) {
      const isUser = username === undefined || given.username === username;
      const sent = given.password;
      const isRight =
        password === undefined || (sent === undefined ? given.validatePassword(password) : sent === password);
      if (isUser && isRight) {
        callback(null, { user: given.username ?? 'user' });
        return;
      }
      const answer = { status: 535, contentType: 'text/plain', body: '5.7.8 authentication failed' };
      handler.take(requestOf({ envelope: envelopeOf(session) }), now(), answer);
      callback(smtpError(answer));
    },
    onRcptTo({ address }, session, callback) {
      const { from, to } = envelopeOf(session);
      const request = requestOf({ envelope: { from, to: [...to, address] } });
      const answer = handler.judge(request);
      if (takesMessage(answer)) {
        callback();
        return;
      }
      handler.take(request, now());
      callback(smtpError(answer));
    },
    onData(stream, session, callback) {
      const arrival = now();
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => {
        void mailOf(Buffer.concat(chunks), session).then((mail) => {
          const reaction = handler.take({ ...requestOf(mail), tooLarge: stream.sizeExceeded }, arrival);
          if ('answer' in reaction) {
            if (takesMessage(reaction.answer)) callback(null, reaction.answer.body);
            else callback(smtpError(reaction.answer));
          } else if (reaction.noResponse === 'reset') reset(server, session);
        });
      });
    },
  });
  // A sender that hangs up in the middle of a command has sent nothing.
  server.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port ?? 0, bind, resolve);
  }).catch((error: unknown) => {
    throw cannotListen(where, { bind, ...(port === undefined ? {} : { port }) }, error);
  });
  let closing: Promise<void> | undefined;
  const { port: own } = server.server.address() as AddressInfo;
  return {
    url: `smtp://${hostIn(bind)}:${own}`,
    close: () => {
      closing ??= new Promise((resolve) => server.close(() => resolve()));
      return closing;
    },
  };
}

type Envelope = Mail['envelope'];

const envelopeOf = ({ envelope: { mailFrom, rcptTo } }: SMTPServerSession): Envelope => ({
  from: mailFrom === false ? '' : mailFrom.address,
  to: rcptTo.map(({ address }) => address),
});

const requestOf = (content: { envelope: Envelope } | Mail): IncomingRequest => ({
  method: 'MAIL',
  path: '/',
  contentType: 'application/json',
  body: JSON.stringify(content),
  tooLarge: false,
});

async function mailOf(raw: Buffer, session: SMTPServerSession): Promise<Mail> {
  const parsed = await simpleParser(raw, { skipImageLinks: true });
  // The parser makes up a date, for one.
  const has = (name: string) => parsed.headers.has(name);
  const { to } = parsed;
  return {
    envelope: envelopeOf(session),
    from: parsed.from?.text || null,
    to:
      [to ?? []]
        .flat()
        .map((list) => list.text)
        .join(', ') || null,
    subject: has('subject') ? (parsed.subject ?? '') : null,
    date: has('date') ? (parsed.date?.toISOString() ?? '') : null,
    messageId: has('message-id') ? (parsed.messageId ?? '') : null,
    text: parsed.text ?? '',
    html: parsed.html || null,
    tls: session.secure,
    bytes: raw.length,
  };
}

const smtpError = ({ status, body }: ReceiverResponse): Error =>
  // Statuses that a scenario has a receiver answer with are HTTP's.
  Object.assign(new Error(body), { responseCode: status >= 400 && status < 600 ? status : 451 });

function reset({ connections }: SMTPServer, { id }: SMTPServerSession): void {
  const found: unknown = [...connections].find((one) => one.id === id)?._socket;
  if (found instanceof Socket) found.resetAndDestroy();
}
