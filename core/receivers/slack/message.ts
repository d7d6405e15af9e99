import { asArray, asObject, asString, isBlank, type Json } from '../protocol.ts';

const maxAttachments = 100;
/** https://docs.slack.dev/reference/block-kit/blocks */
const maxBlocks = 50;

/** Errors in the content of a message. Slack truncates texts over 40,000 characters and does not reject them. */
export type MessageError =
  | 'invalid_payload'
  | 'invalid_blocks'
  | 'no_text'
  | 'missing_text_or_fallback_or_attachments'
  | 'too_many_attachments';

/**
 * The documented error for a message without content is `no_text`. Slack has been observed to answer
 * `missing_text_or_fallback_or_attachments` if the fields are missing altogether.
 */
export function wrongMessage(message: Json): MessageError | undefined {
  const { text, attachments, blocks } = message;
  if (text === undefined && attachments === undefined && blocks === undefined) {
    return 'missing_text_or_fallback_or_attachments';
  }
  if (text !== undefined && typeof text !== 'string') return 'invalid_payload';
  if (attachments !== undefined && !isListOfObjects(attachments)) return 'invalid_payload';
  if (asArray(attachments).length > maxAttachments) return 'too_many_attachments';
  if (blocks !== undefined && !areBlocks(blocks)) return 'invalid_blocks';
  const shows = !isBlank(text) || asArray(blocks).length > 0 || asArray(attachments).some(showsSomething);
  return shows ? undefined : 'no_text';
}

const isListOfObjects = (value: unknown) => Array.isArray(value) && value.every((one) => asObject(one));

const areBlocks = (value: unknown) =>
  isListOfObjects(value) &&
  asArray(value).length <= maxBlocks &&
  asArray(value).every((block) => asString(asObject(block)?.type) !== '');

const showsSomething = (attachment: unknown): boolean =>
  Object.entries(asObject(attachment) ?? {}).some(
    ([name, value]) =>
      (['title', 'text', 'pretext', 'fallback', 'image_url'].includes(name) && !isBlank(value)) ||
      (['fields', 'blocks'].includes(name) && asArray(value).length > 0),
  );
