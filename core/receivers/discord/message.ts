import type { Message, TextPart } from '../page.ts';
import { asArray, asObject, asString, isBlank, type Json } from '../protocol.ts';
import { withMarkdownLinks } from '../reading/markdown-links.ts';

/** Most characters of each text: github.com/discord/discord-api-docs, docs/resources/Webhook.md and Message.md (embed limits). */
export const limits = {
  content: 2000,
  title: 256,
  description: 4096,
  'author.name': 256,
  'footer.text': 2048,
  'fields.name': 256,
  'fields.value': 1024,
} as const;

const mostEmbeds = 10;
const mostFields = 25;
/** Of all texts in all embeds of a message. */
const mostInEmbeds = 6000;

/** A fault of a message, at its place in it. */
export interface Fault {
  readonly at: readonly string[];
  readonly code: string;
  readonly message: string;
}

interface Text {
  readonly at: readonly string[];
  readonly text: string;
  readonly most: number;
  /** It must be there. */
  readonly required?: true;
}

const embedsOf = ({ embeds }: Json): readonly Json[] => asArray(embeds).map((embed) => asObject(embed) ?? {});

/** The texts of a message in the order in which they are shown, and their limits. */
const allTexts = (message: Json): Text[] => [
  { at: ['content'], text: asString(message.content), most: limits.content },
  ...embedsOf(message).flatMap((embed, i) => textsOfEmbed(['embeds', String(i)], embed)),
];

function textsOfEmbed(at: readonly string[], { author, title, description, fields, footer }: Json): Text[] {
  return [
    { at: [...at, 'author', 'name'], text: asString(asObject(author)?.name), most: limits['author.name'] },
    { at: [...at, 'title'], text: asString(title), most: limits.title },
    { at: [...at, 'description'], text: asString(description), most: limits.description },
    ...asArray(fields).flatMap((field, i): Text[] => {
      const { name, value } = asObject(field) ?? {};
      const own = [...at, 'fields', String(i)];
      return [
        { at: [...own, 'name'], text: asString(name), most: limits['fields.name'], required: true },
        { at: [...own, 'value'], text: asString(value), most: limits['fields.value'], required: true },
      ];
    }),
    { at: [...at, 'footer', 'text'], text: asString(asObject(footer)?.text), most: limits['footer.text'] },
  ];
}

const lengthOf = (text: string): number => [...text.trim()].length;

/** Whether a message shows anything: an embed without a text may have a picture. */
export const showsSomething = (message: Json): boolean =>
  allTexts(message).some(({ text }) => !isBlank(text)) ||
  embedsOf(message).some(({ image, thumbnail }) => image !== undefined || thumbnail !== undefined);

/** What Discord would not take of a message. */
export function faultsOf(message: Json): Fault[] {
  const { embeds, content } = message;
  const texts = allTexts(message);
  const inEmbeds = texts.filter(({ at }) => at[0] === 'embeds');
  const total = inEmbeds.reduce((sum, { text }) => sum + lengthOf(text), 0);
  const tooMany = (at: readonly string[], list: unknown, most: number): Fault[] =>
    asArray(list).length > most ? [tooLong(at, most)] : [];
  return [
    ...(content === undefined || content === null || typeof content === 'string'
      ? []
      : [{ at: ['content'], code: 'BASE_TYPE_STRING', message: 'Must be a string.' }]),
    ...(embeds === undefined || embeds === null || Array.isArray(embeds)
      ? []
      : [{ at: ['embeds'], code: 'BASE_TYPE_BAD_TYPE', message: 'Must be a list.' }]),
    ...tooMany(['embeds'], embeds, mostEmbeds),
    ...embedsOf(message).flatMap(({ fields }, i) =>
      tooMany(['embeds', String(i), 'fields'], fields, mostFields),
    ),
    ...texts.flatMap(({ at, text, most, required }): Fault[] => {
      if (required && isBlank(text))
        return [{ at, code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }];
      return lengthOf(text) > most ? [tooLong(at, most)] : [];
    }),
    ...(total > mostInEmbeds
      ? [
          {
            at: ['embeds'],
            code: 'MAX_EMBED_SIZE_EXCEEDED',
            message: `Embed size exceeds maximum size of ${mostInEmbeds}`,
          },
        ]
      : []),
  ];
}

const tooLong = (at: readonly string[], most: number): Fault => ({
  ...{ at, code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${most} or fewer in length.` },
});

const fieldOf = (at: readonly string[]): string => at.join('.').replaceAll(/\.(\d+)(?=\.)/g, '[$1]');

/** The displayed texts of a message, without those that are blank. */
export const textsOf = (message: Json): TextPart[] =>
  allTexts(message)
    .filter(({ text }) => !isBlank(text))
    .map(({ at, text }) => ({ field: fieldOf(at), text: withMarkdownLinks(text).text }));

/** The message as displayed; a field of an embed is one line. */
export function shownIn(message: Json): Message {
  const lines = allTexts(message)
    .filter(({ text }) => !isBlank(text))
    .map(({ at, text }) => text + (at.at(-1) === 'name' && at.includes('fields') ? ': ' : '\n'));
  return withMarkdownLinks(lines.join('').trimEnd());
}

/** The addresses that the titles of embeds lead to. */
export const titleLinks = (message: Json): string[] =>
  embedsOf(message)
    .map(({ url }) => asString(url))
    .filter(Boolean);

/** The colours of resolved messages: Alertmanager's and Grafana's. */
const greens = [0x2ecc71, 0x36a64f];

/** Whether a message has the colour of a resolved alert. */
export const isGreen = (message: Json): boolean => greens.includes(Number(embedsOf(message)[0]?.color));
