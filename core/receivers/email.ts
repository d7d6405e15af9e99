import { z } from 'zod';
import { addressOf, type PartialAddress } from './destination.ts';
import { addressesIn, mailIn } from './email/mail.ts';
import { openEmail } from './email/protocol.ts';
import { spamFaults } from './email/spam.ts';
import type { ReceiverKind } from './kind.ts';
import { asString } from './protocol.ts';

const sentTo = (addresses: unknown): PartialAddress => {
  const parts = addressesIn(asString(addresses));
  return asString(addresses).includes('{{') || parts.length === 0
    ? {}
    : { ...addressOf(...parts), detail: parts.join(', ') };
};

/** E-mail, by a mail server. */
export const email: ReceiverKind = {
  title: 'the mail server',
  hosts: [],
  anywhere: true,
  smtp: true,
  alertmanager: {
    key: 'email_configs',
    address: { setting: 'smarthost', global: 'smtp_smarthost' },
    unsupported: {
      settings: ['auth_password_file'],
      instead: 'write the password itself as auth_password; a made-up one is enough',
    },
    // The server's certificate is made for the run.
    madeUp: () => ({ tls_config: { insecure_skip_verify: true } }),
    secrets: ['auth_password', 'auth_secret'],
    sendsResolved: false,
    texts: ['html', 'text', 'headers'],
    writes: ({ html, text }) => ({ html, text }),
    place: ({ to }) => sentTo(to),
  },
  grafana: {
    type: 'email',
    settings: { text: ['addresses', 'message', 'subject'], flag: ['singleEmail'] },
    required: [['addresses']],
    secrets: [],
    texts: ['message', 'subject'],
    writes: ({ subject }) => ({ subject }),
    // Each address gets a message of its own, unless one is asked for.
    place: ({ addresses, singleEmail }) =>
      singleEmail === true || addressesIn(asString(addresses)).length < 2 ? sentTo(addresses) : {},
  },
  credentials: z
    .strictObject({
      addresses: z
        .array(z.email({ error: 'expected an address such as team@corp.example' }))
        .min(1)
        .optional(),
      username: z.string().min(1).optional(),
      password: z.string().min(1).optional(),
    })
    .transform(({ addresses, username, password }) => ({
      ...(addresses && { addresses: addresses.join(',') }),
      ...(username && { username }),
      ...(password && { password }),
    })),
  open: openEmail,
  faults(body) {
    const mail = mailIn(body);
    return mail ? spamFaults(mail).map((fault) => `only the rules against spam would take it: ${fault}`) : [];
  },
  refusalMeans({ status }) {
    if (status === 550) return 'the address is not in the list of receivers/email.yml, so no mailbox has it';
    return status === 535 ? 'user or password are not those of receivers/email.yml' : undefined;
  },
};
