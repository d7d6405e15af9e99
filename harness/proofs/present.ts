/** @throws Error on a stack without it: its proofs cannot be read. */
export function present<T>(reader: T | undefined, name: string): T {
  if (reader === undefined) throw new Error(`this stack has no ${name}`);
  return reader;
}
