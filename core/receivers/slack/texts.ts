import type { TextPart } from '../page.ts';
import { asArray, asObject, asString, type Json, textsBelow } from '../protocol.ts';
import { slackPlainText } from '../reading/links.ts';

/** Text fields of an attachment, in display order; `fallback` is shown in notifications on phones. */
const attachmentTexts = ['pretext', 'author_name', 'title', 'text', 'footer', 'fallback'] as const;

/** The displayed texts of a Slack message, including blank ones. */
export function slackTexts(message: Json): TextPart[] {
  return [
    ...part('text', message.text),
    ...blockTexts('blocks', message.blocks),
    ...asArray(message.attachments).flatMap((one, i) =>
      attachmentParts(`attachments[${i}]`, asObject(one) ?? {}),
    ),
  ];
}

const part = (field: string, value: unknown): TextPart[] =>
  typeof value === 'string' ? [{ field, text: slackPlainText(value) }] : [];

const attachmentParts = (at: string, attachment: Json): TextPart[] => [
  ...attachmentTexts.flatMap((name) => part(`${at}.${name}`, attachment[name])),
  // A field is named by its title, which says more than its index.
  ...asArray(attachment.fields)
    .map((field) => asObject(field))
    .flatMap((field, i) => [
      ...part(`${at}.fields[${i}].title`, field?.title || undefined),
      ...part(`${at}.fields[${asString(field?.title).trim() || i}]`, field?.value ?? ''),
    ]),
  ...asArray(attachment.actions).flatMap((action, i) =>
    part(`${at}.actions[${i}].text`, asObject(action)?.text),
  ),
  ...blockTexts(`${at}.blocks`, attachment.blocks),
];

/** The text objects of blocks; https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
function blockTexts(at: string, blocks: unknown): TextPart[] {
  return asArray(blocks).flatMap((block, i) => {
    const { text, fields, elements } = asObject(block) ?? {};
    return [
      ...textObject(`${at}[${i}].text`, text),
      ...asArray(fields).flatMap((field, j) => textObject(`${at}[${i}].fields[${j}]`, field)),
      ...asArray(elements).flatMap((element, j) => {
        const inner = asObject(element);
        const within = `${at}[${i}].elements[${j}]`;
        return [
          ...textObject(`${within}.text`, inner?.text),
          ...(inner?.elements ? blockTexts(within, [{ elements: inner.elements }]) : []),
        ];
      }),
    ];
  });
}

const textObject = (field: string, value: unknown): TextPart[] =>
  part(field, typeof value === 'string' ? value : asObject(value)?.text);

/** The visible texts of a message; `fallback` only for attachments without other content. */
export function slackVisible(message: Json): string[] {
  const shown = asArray(message.attachments).flatMap((attachment) => {
    const { pretext, title, text, fields, blocks, fallback, footer, author_name } =
      asObject(attachment) ?? {};
    const parts = [pretext, author_name, title, text, ...textsBelow(fields), ...textsBelow(blocks), footer];
    const texts = parts.map(asString).filter(Boolean);
    return texts.length > 0 ? texts : [asString(fallback)];
  });
  return [asString(message.text), ...textsBelow(message.blocks), ...shown].filter(Boolean);
}
