import type { IncidentEffect } from './page.ts';

/**
 * The open incidents of a vendor that manages them, as PagerDuty does, by integration key and dedup_key. A trigger for an
 * open incident is appended to it without a notification. A resolve or an acknowledgement without an open incident has no effect;
 * https://support.pagerduty.com/main/docs/event-management#deduplication
 */
export class Incidents {
  readonly #open = new Set<string>();

  /** Applies an accepted event and returns its effect. */
  take(routingKey: string, action: string, dedupKey: string): IncidentEffect | undefined {
    const key = JSON.stringify([routingKey, dedupKey]);
    switch (action) {
      case 'trigger': {
        const known = this.#open.has(key);
        this.#open.add(key);
        return known ? 'appended' : 'opened';
      }
      case 'resolve':
        return this.#open.delete(key) ? 'resolved' : 'ignored';
      default:
        return undefined;
    }
  }
}
