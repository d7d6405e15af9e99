import type { DrillRecord } from '../../core/record.ts';
import { expectedFirst, originOf, receiverTitle } from '../facts.ts';
import { faultWords } from '../fault-words.ts';
import { alertsText, notified } from '../notified.ts';
import { type Suppressed, suppressed } from '../suppressed.ts';
import { exactTime, relative } from '../text.ts';
import { html, type Markup, mostRows, section, table } from './markup.ts';

/** Every notification with its reason, and the alerts that were not notified with what kept them back. */
export function notifications(record: DrillRecord): Markup | undefined {
  const sent = notified(record);
  const kept = suppressed(record);
  if (sent.length + kept.length === 0) return undefined;
  const since = (at: number) => relative(at - originOf(record));
  return section(
    'Notifications',
    sent.length > 0 &&
      table(
        'Every notification, and why it was sent',
        [faultWords(record).since, 'At (UTC)', 'Receiver', 'Why', 'Alerts'],
        expectedFirst(record, sent, mostRows, ({ alerts }) => alerts.map(({ alert }) => alert)).map((one) => [
          since(one.at),
          exactTime(one.at),
          html`<span class="any">${receiverTitle(one.receiver)}${one.contactPoints.length > 0 && html` <span class="muted">${one.contactPoints.join(' or ')}</span>`}</span>`,
          one.arrived ? one.why : `${one.why}; no message arrived`,
          html`<span class="any">${alertsText(one)}</span>`,
        ]),
      ),
    kept.length > 0 && [
      html`<h3>Alerts that were not notified</h3>`,
      table(
        'Alerts that were inhibited, silenced or muted, and by what',
        ['Alert', 'What kept it back', 'From', 'Until'],
        kept.map((one) => [
          html`<span class="any">${one.alert}${one.labels.length > 1 && ` ×${one.labels.length}`}</span>`,
          html`<span class="any">${one.text}</span>`,
          ...ends(one, since),
        ]),
      ),
    ],
  );
}

/** When the first stretch began and the last one ended. */
function ends({ stretches }: Suppressed, since: (at: number) => string): [string, string] {
  if (stretches.length === 0) return ['–', '–'];
  const last = stretches.reduce((latest, one) => (one.to > latest.to ? one : latest));
  return [since(Math.min(...stretches.map(({ from }) => from))), last.ended ? since(last.to) : 'the end'];
}
