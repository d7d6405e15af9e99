import type { Message } from './page.ts';
import { parseObject, textsBelow } from './protocol.ts';
import { type ReceiverName, receiverKinds } from './receivers.ts';

/** The properties of a recorded delivery that are needed here. */
interface VisibleDelivery {
  readonly receiver: ReceiverName;
  readonly body: string;
  readonly message?: Message | undefined;
}

/** The text that a person sees in a message, accepted or refused, without addresses and formatting. */
export function visibleText({ receiver, body, message }: VisibleDelivery): string {
  if (message) return withoutAddresses(message.text);
  const sent = parseObject(body) ?? parseObject(new URLSearchParams(body).get('payload') ?? '');
  if (!sent) return withoutAddresses(body);
  const { visible = textsBelow } = receiverKinds[receiver];
  return withoutAddresses(visible(sent).join('\n'));
}

/** Keeps the text of Slack's `<url|text>` and removes other addresses. */
const withoutAddresses = (text: string): string =>
  text
    .replace(/<https?:\/\/[^|>\s]+\|([^>]*)>/g, '$1')
    .replace(/https?:\/\/[^\s<>"']+/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
