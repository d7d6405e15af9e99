import { z } from 'zod';
import { parseObject } from '../protocol.ts';

/** An e-mail as a mail server received it. `null`: the message has no such header. */
const mail = z.object({
  /** The envelope: sender (MAIL FROM) and recipients (RCPT TO). */
  envelope: z.object({ from: z.string(), to: z.array(z.string()) }),
  from: z.string().nullable(),
  to: z.string().nullable(),
  subject: z.string().nullable(),
  date: z.string().nullable(),
  messageId: z.string().nullable(),
  /** Of the part for programs that show no HTML; without such a part made of the HTML. */
  text: z.string(),
  html: z.string().nullable(),
  /** Whether the connection was encrypted. */
  tls: z.boolean(),
  /** Size of the message, in bytes. */
  bytes: z.int(),
});

export type Mail = z.output<typeof mail>;

/** The e-mail in a recorded body; `undefined` for anything else, such as one that was refused before its content. */
export function mailIn(body: string): Mail | undefined {
  const found = mail.safeParse(parseObject(body));
  return found.success ? found.data : undefined;
}

/** The addresses in a list of them (`Team <team@corp.example>, ops@corp.example`), in lower case and sorted. */
export const addressesIn = (text: string): string[] =>
  [...new Set((text.match(/[^\s<>,;:"()]+@[^\s<>,;:"()]+/g) ?? []).map((one) => one.toLowerCase()))].sort();
