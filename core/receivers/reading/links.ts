const marked = /<(https?:\/\/[^|>\s]+)(?:\|([^>]*))?>/g;
const bare = /https?:\/\/[^\s<>|"']+/g;

/** Every http(s) link in a text: Slack's `<url|text>` and `<url>`, and plain URLs. */
export function linksIn(text: string): string[] {
  const links: string[] = [];
  const rest = text.replace(marked, (_, url: string) => {
    links.push(unescapeSlack(url));
    return ' ';
  });
  // Punctuation at the end of a sentence is not part of a URL.
  for (const [url] of rest.matchAll(bare)) links.push(unescapeSlack(url.replace(/[).,;:!?]+$/, '')));
  return links;
}

/** Removes duplicates and keeps the order. */
export const distinctLinks = (links: readonly string[]): string[] => [...new Set(links)];

/**
 * The address of a value that consists of one Slack link, `<url|text>`; any other value is only trimmed and unescaped.
 */
export function slackLinkAddress(value: string): string {
  const whole = /^<(https?:\/\/[^|>\s]+)(?:\|[^>]*)?>$/.exec(value.trim());
  return unescapeSlack(whole?.[1] ?? value.trim());
}

/** A text as Slack displays it: links as their text or address, without escapes. */
export const slackPlainText = (text: string): string =>
  unescapeSlack(text.replace(marked, (_, url: string, label: string | undefined) => label || url));

/** Slack's three escapes; https://docs.slack.dev/messaging/formatting-message-text/#escaping */
const unescapeSlack = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
