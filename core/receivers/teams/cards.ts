import type { Message, TextPart } from '../page.ts';
import { asArray, asObject, asString, isBlank, type Json } from '../protocol.ts';
import { withMarkdownLinks } from '../reading/markdown-links.ts';

/** Names of the texts that a person sees, in message cards and in adaptive cards. */
const shownTexts = new Set([
  ...['title', 'subtitle', 'summary', 'text', 'name', 'value'],
  ...['activityTitle', 'activitySubtitle', 'activityText'],
]);

const adaptive = 'application/vnd.microsoft.card.adaptive';

/** Whether a message has attachments, and all are adaptive cards that show something. */
export function hasAdaptiveCards({ attachments }: Json): boolean {
  const all = asArray(attachments).map(asObject);
  return all.length > 0 && all.every((one) => one?.contentType === adaptive && isCard(one.content));
}

function isCard(content: unknown): boolean {
  const { type, body } = asObject(content) ?? {};
  const elements = asArray(body).map(asObject);
  return type === 'AdaptiveCard' && elements.length > 0 && elements.every((one) => !isBlank(one?.type));
}

/** The displayed texts of a message, by their paths in it, without those that are blank. */
export const textsOf = (message: Json): TextPart[] =>
  textsBelow('', message).map(({ field, text }) => ({ field, text: withMarkdownLinks(text).text }));

function textsBelow(at: string, value: unknown): TextPart[] {
  if (Array.isArray(value)) return value.flatMap((one, i) => textsBelow(`${at}[${i}]`, one));
  return Object.entries(asObject(value) ?? {}).flatMap(([name, inner]) => {
    const field = at === '' ? name : `${at}.${name}`;
    if (typeof inner !== 'string') return textsBelow(field, inner);
    return shownTexts.has(name) && inner.trim() !== '' ? [{ field, text: inner }] : [];
  });
}

/** The message as displayed. The summary, which notifications show, is there once if a card repeats it. */
export const shownIn = (message: Json): Message =>
  withMarkdownLinks([...new Set(textsBelow('', message).map(({ text }) => text))].join('\n'));

/** The addresses that the buttons of a message open. */
export function buttonLinks(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(buttonLinks);
  const one = asObject(value);
  if (!one) return [];
  const own =
    one.type === 'Action.OpenUrl'
      ? [one.url]
      : one['@type'] === 'OpenUri'
        ? asArray(one.targets).map((target) => asObject(target)?.uri)
        : [];
  return [...own.map(asString).filter(Boolean), ...Object.values(one).flatMap(buttonLinks)];
}

/** Whether a message has the colour of a resolved alert: Alertmanager's of a message card, or that of an adaptive card. */
export function isGreen({ themeColor, attachments }: Json): boolean {
  if (/^#?2dc72d$/i.test(asString(themeColor))) return true;
  const [first] = asArray(asObject(asObject(asArray(attachments)[0])?.content)?.body);
  return /^good$/i.test(asString(asObject(first)?.color));
}
