/** The hops of a firing alert, in order, from the broken service to the receiver. */
export const firingHops = [
  'fault injected',
  'first request hit',
  'telemetry exported',
  'sample stored',
  'expression true',
  'pending',
  'firing',
  'notifier sent',
  'page received',
] as const;

/** The hops of its resolution, in order. */
export const resolvingHops = [
  'fault reverted',
  'last request hit',
  'expression false',
  'resolved',
  'resolved page received',
] as const;

export type HopName = (typeof firingHops)[number] | (typeof resolvingHops)[number];

/** The phases of a drill, in order. A fault of fixed length is reverted before its pages are awaited. */
export const phaseNames = [
  'open receivers',
  'start stack',
  'warm up',
  'quiet gate',
  'inject',
  'prove fault',
  'await pages',
  'hold fault',
  'revert',
  'prove recovery',
  'settle',
  'collect evidence',
  'tear down',
  'judge',
  'report',
] as const;

export type PhaseName = (typeof phaseNames)[number];
