import type { Delivery } from './page.ts';
import { asArray, asObject, asString, parseObject } from './protocol.ts';

/**
 * The words that a person sees in a message: no addresses, and nothing that only steers how it is shown. A message that
 * was refused has them too.
 */
export function visibleText({ kind, body, message }: Pick<Delivery, 'kind' | 'body' | 'message'>): string {
  if (message) return withoutAddresses(message.text);
  const sent = parseObject(body) ?? parseObject(new URLSearchParams(body).get('payload') ?? '');
  if (!sent) return withoutAddresses(body);
  const texts = kind === 'slack' ? slackTexts(sent) : kind === 'pagerduty' ? eventTexts(sent) : leaves(sent);
  return withoutAddresses(texts.join('\n'));
}

/** Of Slack's `<url|text>` the text; of any other address nothing. */
const withoutAddresses = (text: string): string =>
  text
    .replace(/<https?:\/\/[^|>\s]+\|([^>]*)>/g, '$1')
    .replace(/https?:\/\/[^\s<>"']+/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

type Json = Record<string, unknown>;

function slackTexts(message: Json): string[] {
  const shown = asArray(message.attachments).flatMap((attachment) => {
    const { pretext, title, text, fields, blocks, fallback, footer, author_name } =
      asObject(attachment) ?? {};
    const parts = [pretext, author_name, title, text, ...leaves(fields), ...leaves(blocks), footer];
    const texts = parts.map(asString).filter(Boolean);
    // Shown only where the rest cannot be.
    return texts.length > 0 ? texts : [asString(fallback)];
  });
  return [asString(message.text), ...leaves(message.blocks), ...shown].filter(Boolean);
}

const eventTexts = ({ payload, links }: Json): string[] => {
  const { timestamp: _, severity: __, ...shown } = asObject(payload) ?? {};
  return [...leaves(shown), ...asArray(links).map((link) => asString(asObject(link)?.text))];
};

function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(leaves);
  return Object.values(asObject(value) ?? {}).flatMap(leaves);
}
