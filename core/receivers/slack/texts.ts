import type { TextPart } from '../page.ts';
import { asArray, asObject, asString, type Json, textsBelow } from '../protocol.ts';
import { plain } from '../reading/links.ts';

/** Of an attachment, in the order in which Slack shows them; `fallback` is what a notification on a phone shows. */
const attachmentTexts = ['pretext', 'author_name', 'title', 'text', 'footer', 'fallback'] as const;

/** What a Slack message says, part by part, also the parts that came out blank. */
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
  typeof value === 'string' ? [{ field, text: plain(value) }] : [];

const attachmentParts = (at: string, attachment: Json): TextPart[] => [
  ...attachmentTexts.flatMap((name) => part(`${at}.${name}`, attachment[name])),
  // The title of a field says more about it than its number does.
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

/** Text objects, wherever a block has them; https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
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

/** What a person sees of a message: `fallback` only where the rest of an attachment cannot be shown. */
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
