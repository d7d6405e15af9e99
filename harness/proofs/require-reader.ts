/** @throws Error when the stack does not have the component. */
export function requireReader<T>(reader: T | undefined, name: string): T {
  if (reader === undefined) throw new Error(`this stack has no ${name}`);
  return reader;
}
