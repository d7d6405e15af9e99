import type { Message } from './page.ts';
import { parseObject, textsBelow } from './protocol.ts';
import { type ReceiverName, receiverKinds } from './receivers.ts';

/** As the record keeps a request, as far as it is needed here. */
interface Sent {
  readonly receiver: ReceiverName;
  readonly body: string;
  readonly message?: Message | undefined;
}

/**
 * The words that a person sees in a message: no addresses, and nothing that only steers how it is shown. A message that
 * was refused has them too.
 */
export function visibleText({ receiver, body, message }: Sent): string {
  if (message) return withoutAddresses(message.text);
  const sent = parseObject(body) ?? parseObject(new URLSearchParams(body).get('payload') ?? '');
  if (!sent) return withoutAddresses(body);
  const { visible = textsBelow } = receiverKinds[receiver];
  return withoutAddresses(visible(sent).join('\n'));
}

/** Of Slack's `<url|text>` the text; of any other address nothing. */
const withoutAddresses = (text: string): string =>
  text
    .replace(/<https?:\/\/[^|>\s]+\|([^>]*)>/g, '$1')
    .replace(/https?:\/\/[^\s<>"']+/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
