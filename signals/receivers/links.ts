import type { Link } from './page.ts';

const marked = /<(https?:\/\/[^|>\s]+)(?:\|([^>]*))?>/g;
const bare = /https?:\/\/[^\s<>|"']+/g;

/** Every http(s) link in a text: Slack's `<url|text>` and `<url>`, and plain addresses. */
export function linksIn(text: string): Link[] {
  const links: Link[] = [];
  const rest = text.replace(marked, (_, url: string, label: string | undefined) => {
    links.push(link(unescapeSlack(url), label));
    return ' ';
  });
  // Punctuation that ends a sentence is not part of an address.
  for (const [url] of rest.matchAll(bare)) links.push(link(unescapeSlack(url.replace(/[).,;:!?]+$/, ''))));
  return links;
}

export const link = (url: string, text?: string): Link => (text ? { url, text } : { url });

/** Keeps the first of each address, preferring one that has a text. */
export function distinct(links: readonly Link[]): Link[] {
  const byUrl = new Map<string, Link>();
  for (const one of links) {
    const known = byUrl.get(one.url);
    if (!known || (!known.text && one.text)) byUrl.set(one.url, one);
  }
  return [...byUrl.values()];
}

/** What a reader of Slack sees of `<url|text>`-style mark-up that is a field's whole value: the address. */
export function visible(value: string): string {
  const whole = /^<(https?:\/\/[^|>\s]+)(?:\|[^>]*)?>$/.exec(value.trim());
  return unescapeSlack(whole?.[1] ?? value.trim());
}

/** What a reader of Slack sees of a text: the words of its links, or their addresses, and no escapes. */
export const plain = (text: string): string =>
  unescapeSlack(text.replace(marked, (_, url: string, label: string | undefined) => label || url));

/** Slack's three escapes; https://docs.slack.dev/messaging/formatting-message-text/#escaping */
const unescapeSlack = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
