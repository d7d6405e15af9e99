const marked = /<(https?:\/\/[^|>\s]+)(?:\|([^>]*))?>/g;
const bare = /https?:\/\/[^\s<>|"']+/g;

/** Every http(s) link in a text: Slack's `<url|text>` and `<url>`, and plain addresses. */
export function linksIn(text: string): string[] {
  const links: string[] = [];
  const rest = text.replace(marked, (_, url: string) => {
    links.push(unescapeSlack(url));
    return ' ';
  });
  // Punctuation that ends a sentence is not part of an address.
  for (const [url] of rest.matchAll(bare)) links.push(unescapeSlack(url.replace(/[).,;:!?]+$/, '')));
  return links;
}

/** Each address once, in order. */
export const distinct = (links: readonly string[]): string[] => [...new Set(links)];

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
