import { mailIn } from '../../../core/receivers/email/mail.ts';
import type { Delivery } from '../../../core/record.ts';
import { html, type Markup } from '../markup.ts';
import { sanitized } from './sanitized.ts';

/** An e-mail as a mail program shows it; `undefined` for any other delivery. */
export function mailShown({ receiver, body }: Pick<Delivery, 'receiver' | 'body'>): Markup | undefined {
  const mail = receiver === 'email' ? mailIn(body) : undefined;
  if (!mail) return undefined;
  const { from, to, date, text, html: source } = mail;
  return html`<p class="note">From ${from ?? 'nobody'} · to ${to ?? 'nobody'}${date ? html` · ${date}` : false}</p>
${source === null ? html`<p class="pre">${text}</p>` : html`<div class="mail">${sanitized(source)}</div>`}`;
}
