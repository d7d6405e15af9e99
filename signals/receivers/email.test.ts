import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect } from 'chai';
import { mailIn } from '../../core/receivers/email/mail.ts';
import { openReceiver, type Receiver } from './receivers.ts';
import { delivered } from './testing/requests.ts';

const credentials = { addresses: 'team@corp.example', username: 'alerts', password: 'pQ7xW2mK9vT4' };
const message = [
  'From: alerts@corp.example',
  'To: team@corp.example',
  'Subject: =?utf-8?q?Alert_=C3=A9?=',
  'Content-Type: text/html; charset=UTF-8',
  '',
  '<p>CheckoutErrorRateHigh</p>',
  '.',
];

/** Says a line, and gives the status of the answer. */
async function say(socket: Socket, ...lines: readonly string[]): Promise<number> {
  let heard = '';
  const listen = (data: Buffer) => {
    heard += data.toString();
  };
  socket.on('data', listen);
  if (lines.length > 0) socket.write(lines.map((line) => `${line}\r\n`).join(''));
  while (!/^\d{3} .*\r\n$/m.test(heard)) await once(socket, 'data');
  socket.off('data', listen);
  return Number(/^(\d{3}) /m.exec(heard)?.[1]);
}

describe('email receiver', () => {
  let receiver: Receiver;
  let socket: Socket;
  beforeEach(async () => {
    receiver = await openReceiver('email', { credentials });
    socket = connect(Number(new URL(receiver.url).port), '127.0.0.1');
    expect(await say(socket)).to.equal(220);
    expect(await say(socket, 'EHLO client')).to.equal(250);
  });
  afterEach(async () => {
    socket.destroy();
    await receiver.close();
  });

  const logIn = (password = credentials.password, on = socket) =>
    say(on, `AUTH PLAIN ${Buffer.from(`\0alerts\0${password}`).toString('base64')}`);

  it('accepts a message over STARTTLS after a login, and keeps what it says but not the password', async () => {
    expect(await say(socket, 'STARTTLS')).to.equal(220);
    const secure = connectTls({ socket, rejectUnauthorized: false });
    await once(secure, 'secureConnect');
    await say(secure, 'EHLO client');
    expect(await logIn(credentials.password, secure)).to.equal(235);
    await say(secure, 'MAIL FROM:<alerts@corp.example>');
    expect(await say(secure, 'RCPT TO:<team@corp.example>')).to.equal(250);
    await say(secure, 'DATA');
    expect(await say(secure, ...message)).to.equal(250);
    secure.destroy();
    const delivery = await delivered(receiver);
    expect(delivery).to.deep.include({ accepted: true, responseStatus: 250, receiver: 'email' });
    expect(mailIn(delivery.body)).to.deep.include({
      envelope: { from: 'alerts@corp.example', to: ['team@corp.example'] },
      subject: 'Alert é',
      text: 'CheckoutErrorRateHigh',
      date: null,
      messageId: null,
      tls: true,
    });
    expect(JSON.stringify(delivery)).not.to.contain(credentials.password);
  });

  it('refuses an address that has no mailbox, before the message', async () => {
    await logIn();
    await say(socket, 'MAIL FROM:<alerts@corp.example>');
    expect(await say(socket, 'RCPT TO:<tema@corp.example>')).to.equal(550);
    expect(await delivered(receiver)).to.deep.include({ accepted: false, responseStatus: 550, pages: [] });
  });

  it('refuses a wrong password, and a sender without any', async () => {
    expect(await say(socket, 'MAIL FROM:<alerts@corp.example>')).to.equal(530);
    expect(await logIn('wrong')).to.equal(535);
    expect(await delivered(receiver)).to.include({ accepted: false, responseStatus: 535 });
  });

  it('misbehaves as it is told to', async () => {
    receiver.misbehave({ mode: 'rate-limit', retryAfterS: 1 });
    await logIn();
    await say(socket, 'MAIL FROM:<alerts@corp.example>');
    await say(socket, 'RCPT TO:<team@corp.example>');
    await say(socket, 'DATA');
    expect(await say(socket, ...message)).to.equal(421);
    expect(await delivered(receiver)).to.include({ accepted: false, responseStatus: 421 });
  });
});
