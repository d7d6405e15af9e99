/** Runs a task as soon as a slot is free. */
export type RunLimited = <T>(work: () => Promise<T>) => Promise<T>;

/** Limits how many tasks run at once. Further tasks wait in order. */
export function limitConcurrency(places: number): RunLimited {
  let freeSlots = places;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (freeSlots > 0) freeSlots -= 1;
    else await new Promise<void>((turn) => waiting.push(turn));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else freeSlots += 1;
    }
  };
}
