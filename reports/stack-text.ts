import type { DrillRecord, NewBecause } from '../core/record.ts';

const words: Readonly<Record<NewBecause['kind'], (detail: string) => string>> = {
  'not held': () => 'its expectations did not hold',
  'undo failed': (detail) => `its undo failed (${detail})`,
  'component lost': (detail) => `the stack lost a component (${detail})`,
  'messages refused': () => 'its receivers refused messages, which may be sent again',
  'notifications failed': () => 'notifications failed, and may be sent again',
  'series made': (detail) =>
    `its fault made series of ${detail}, which begin with the fault where this scenario runs alone`,
  'group kept': (detail) => `an alert that is expected may join the group of its ${detail}, which is kept`,
  'alert lasts': (detail) => `its ${detail} outlasts it`,
  'other history': (detail) => `its history is ${detail}`,
  'long window': (detail) => `rules would see its fault for ${detail} more`,
};

/** The reason why a drill did not reuse an earlier stack, as a sentence. */
export const newBecauseText = ({ drill, kind, detail = '' }: NewBecause): string =>
  `a new stack, not that of ${drill}: ${words[kind](detail)}`;

/** The stack of a drill, and its earlier drills. */
export function stackText({
  topology,
  runtime,
  drillsBefore = [],
  newBecause,
}: DrillRecord['stack']): string {
  const place = `topology ${topology}, runtime ${runtime}`;
  const [first] = drillsBefore;
  if (first !== undefined) return `${place}, drill ${drillsBefore.length + 1} on the stack of ${first}`;
  return newBecause ? `${place}, ${newBecauseText(newBecause)}` : place;
}
