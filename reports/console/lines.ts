import type { DrillEvent } from '../../core/events.ts';
import type { Hop, Page } from '../../core/record.ts';
import { receiverTitle } from '../facts.ts';
import { clipped, oneLine, relative, span } from '../text.ts';
import type { Running } from './view.ts';

/** Formats times relative to the first request hit, once known, otherwise to the injection. */
export class SinceHit {
  #origin: number | undefined;

  note({ name, at }: Hop): void {
    if (at === undefined) return;
    if (name === 'first request hit' || (name === 'fault injected' && this.#origin === undefined)) {
      this.#origin = at;
    }
  }

  text(at: number): string {
    return this.#origin === undefined ? '' : relative(at - this.#origin);
  }
}

export const startedText = ({ record }: Extract<DrillEvent, { type: 'drill-started' }>): [string, string] => {
  const { scenario, pace, stack, id } = record;
  const speed = pace.factor === 1 ? `${pace.name} pace` : `${pace.name} pace (durations ÷ ${pace.factor})`;
  return [
    oneLine(`${scenario.name}: ${scenario.title}`),
    oneLine(`${speed}, topology ${stack.topology}, runtime ${stack.runtime}, drill ${id}`),
  ];
};

/** `HighErrorRate firing at Slack (severity=critical team=web)` */
export function pageText({ alert, status, receiver, labels, shown: isShown = true }: Page): string {
  const shown = Object.entries(labels)
    .filter(([name]) => name !== 'alertname')
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
  return oneLine(
    `${alert} ${status} at ${receiverTitle(receiver)}${shown ? ` (${clipped(shown, 80)})` : ''}${isShown ? '' : ', not shown in the message'}`,
  );
}

/** `8.2 s of up to 20 s` */
export const elapsed = ({ since, upToMs }: Running, now: number): string =>
  `${span(now - since)}${upToMs === undefined ? '' : ` of up to ${span(upToMs)}`}`;

/** What a running phase waits for, and what it last observed. */
export const waitingText = ({ awaits, saw }: Running): string[] => [
  ...(awaits ? [`waits for ${oneLine(awaits)}`] : []),
  ...(saw ? [`last seen: ${oneLine(saw)}`] : []),
];
