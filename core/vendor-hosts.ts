import type { ReceiverName } from './scenario.ts';

/**
 * Hosts at which the vendors take what is sent to them, by the receiver that emulates them: every region and edition has
 * hosts of its own, which answer alike.
 *
 * @see https://support.pagerduty.com/main/docs/service-regions, https://docs.slack.dev/govslack/ and
 *   https://core.telegram.org/bots/api#making-requests
 */
export const vendorHosts = {
  telegram: ['api.telegram.org'],
  slack: ['hooks.slack.com', 'hooks.slack-gov.com'],
  pagerduty: ['events.pagerduty.com', 'events.eu.pagerduty.com'],
} as const satisfies Partial<Record<ReceiverName, readonly string[]>>;
