/** MarkdownV2's marks; https://core.telegram.org/bots/api#markdownv2-style. */

/** Entity names in Telegram's error messages, and in the Bot API. */
export const types = {
  Bold: 'bold',
  Italic: 'italic',
  Underline: 'underline',
  Strikethrough: 'strikethrough',
  Spoiler: 'spoiler',
  Code: 'code',
  Pre: 'pre',
  PreCode: 'pre',
  TextUrl: 'text_link',
  CustomEmoji: 'custom_emoji',
  BlockQuote: 'blockquote',
  ExpandableBlockQuote: 'expandable_blockquote',
} as const;

export type Type = keyof typeof types;

export const openers: readonly (readonly [string, Type])[] = [
  ['__', 'Underline'],
  ['_', 'Italic'],
  ['*', 'Bold'],
  ['~', 'Strikethrough'],
  ['||', 'Spoiler'],
  ['![', 'CustomEmoji'],
  ['[', 'TextUrl'],
  ['```', 'Pre'],
  ['`', 'Code'],
];

/** The closing mark of each type; a quotation ends at the end of its line. */
export const closers: Readonly<Partial<Record<Type, string>>> = {
  Bold: '*',
  Strikethrough: '~',
  Spoiler: '||',
  Underline: '__',
  Code: '`',
  Pre: '```',
  PreCode: '```',
  TextUrl: ']',
  CustomEmoji: ']',
};
