import type { IncidentEffect } from '../page.ts';

/**
 * The open incidents of PagerDuty, by routing key and dedup_key: a trigger under the key of an open one is appended to
 * it and notifies nobody, a resolve or an acknowledgement without an open one has no effect;
 * https://support.pagerduty.com/main/docs/event-management#deduplication
 */
export class Incidents {
  readonly #open = new Set<string>();

  /** What an event does that was taken. */
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
