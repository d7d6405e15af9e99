import { z } from 'zod';

/*
 * What is read from a message that a receiver got. The record of a drill keeps all of it; nothing of it is secret.
 */

const labels = z.record(z.string(), z.string());

const status = z.enum(['firing', 'resolved']);

/** What an event can do at a vendor that keeps incidents. */
const incidentEffects = ['opened', 'appended', 'resolved', 'ignored'] as const;

/** One alert in a message, as the message shows it. */
export const pageContent = {
  status,
  alert: z.string(),
  labels,
  annotations: labels,
  startsAt: z.number().describe('wall time, epoch milliseconds').optional(),
  links: z.array(z.string()),
  silent: z.boolean().optional().describe('its sender asked that no sound be made (Telegram)'),
  severity: z
    .string()
    .optional()
    .describe(
      'as the message tells its vendor (PagerDuty): critical and error are of high urgency, warning and info of low',
    ),
  dedupKey: z
    .string()
    .optional()
    .describe("what ties a resolution to its trigger: PagerDuty's dedup_key, the webhook's fingerprint"),
  incident: z
    .enum(incidentEffects)
    .optional()
    .describe(
      'what the event did at PagerDuty: opened an incident, was appended to an open one (which notifies nobody), resolved one, or was ignored, for none was open under its key',
    ),
  title: z.string().optional(),
  text: z.string().optional(),
  precision: z
    .enum(['exact', 'rendered', 'title'])
    .optional()
    .describe('whether labels were data, shown by name in the message, or only guessed from its title'),
};

/** A stretch of a message with a form or link of its own; offset and length in UTF-16 units. */
const entity = z.object({
  type: z.string(),
  offset: z.int(),
  length: z.int(),
  url: z.string().optional(),
  language: z.string().optional(),
});

const message = z.object({ text: z.string(), entities: z.array(entity) });

/** What a request to a receiver says. */
export const messageContent = {
  message: message.optional().describe('as its reader sees it (Telegram)'),
  texts: z
    .array(
      z.object({
        field: z.string().describe('which part of the message, e.g. attachments[0].text'),
        text: z.string(),
        written: z
          .boolean()
          .optional()
          .describe(
            "whether this part is to say something, by the notifier's own configuration; absent: that does not write it, or it is not known",
          ),
      }),
    )
    .optional()
    .describe('what the message says to its reader, part by part; absent: it could not be read'),
};

const page = z.object(pageContent);
const said = z.object(messageContent);

export type PageContent = z.output<typeof page>;
export type PageStatus = PageContent['status'];
export type IncidentEffect = NonNullable<PageContent['incident']>;
/** Sorted by offset; of two that begin together the longer comes first. They may nest. */
export type Entity = z.output<typeof entity>;
/** A message as its reader sees it, with its entities in the Bot API's words. */
export type Message = z.output<typeof message>;
/** A part of a message that its reader sees, links and mark-up aside; may be blank. */
export type TextPart = NonNullable<z.output<typeof said>['texts']>[number];
