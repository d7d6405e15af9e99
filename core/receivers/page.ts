import { z } from 'zod';

/*
 * The content read from a message to a receiver. The record keeps all of it, so it must not contain secrets.
 */

const labels = z.record(z.string(), z.string());

const status = z.enum(['firing', 'resolved']);

/** Effects of an event at a vendor that manages incidents. */
const incidentEffects = ['opened', 'appended', 'resolved', 'ignored'] as const;

/** One alert in a message, as the message shows it. */
export const pageContent = {
  status,
  alert: z.string(),
  labels,
  annotations: labels,
  startsAt: z.number().describe('wall time, epoch milliseconds').optional(),
  links: z.array(z.string()),
  silent: z.boolean().optional().describe('sent without a notification sound (Telegram)'),
  severity: z
    .string()
    .optional()
    .describe(
      "the event's severity (PagerDuty), or the alert's priority (Opsgenie, P1 to P5). PagerDuty: critical and error have high urgency, and so has an event of v1, which has none; warning and info have low",
    ),
  dedupKey: z
    .string()
    .optional()
    .describe(
      "links a resolution to its trigger: PagerDuty's dedup_key, Opsgenie's alias, the webhook's fingerprint",
    ),
  incident: z
    .enum(incidentEffects)
    .optional()
    .describe(
      'effect of the event at PagerDuty or Opsgenie: it opened an incident, was appended to an open one (without a notification), resolved one, or was ignored because none was open under its key',
    ),
  title: z.string().optional(),
  text: z.string().optional(),
  precision: z
    .enum(['exact', 'rendered', 'title'])
    .optional()
    .describe(
      'source of the labels: structured data (exact), label names in the text (rendered), or the title alone (title)',
    ),
};

/** A formatted or linked range of a message; offset and length in UTF-16 units. */
const entity = z.object({
  type: z.string(),
  offset: z.int(),
  length: z.int(),
  url: z.string().optional(),
  language: z.string().optional(),
});

const message = z.object({ text: z.string(), entities: z.array(entity) });

/** The message in a request to a receiver. */
export const messageContent = {
  message: message
    .optional()
    .describe('as displayed (Telegram); of a kind whose form is not judged, the values in the request'),
  texts: z
    .array(
      z.object({
        field: z.string().describe('path of the part in the message, e.g. attachments[0].text'),
        text: z.string(),
        written: z
          .boolean()
          .optional()
          .describe(
            "whether this part must have a text, by the notifier's own configuration; absent: the configuration does not set it, or this is unknown",
          ),
      }),
    )
    .optional()
    .describe('the displayed texts of the message; absent: it could not be read'),
};

const page = z.object(pageContent);
const said = z.object(messageContent);

export type PageContent = z.output<typeof page>;
export type PageStatus = PageContent['status'];
export type IncidentEffect = NonNullable<PageContent['incident']>;
/** Sorted by offset; of two with the same offset the longer comes first. Entities may nest. */
export type Entity = z.output<typeof entity>;
/** A message as displayed, with entities named as in Telegram's Bot API. */
export type Message = z.output<typeof message>;
/** A displayed part of a message, without links and markup; it may be blank. */
export type TextPart = NonNullable<z.output<typeof said>['texts']>[number];
