/** What a lever is set to: a number for each thing that it moves, 0 for normal. */
export type Settings<Name extends string> = Readonly<Record<Name, number>>;

/**
 * Reads the body of a change of a lever: numbers from 0 to the given most; what is left out is 0.
 *
 * @returns every fault found instead, if there is one.
 */
export function parseSettings<Name extends string>(
  body: unknown,
  most: Settings<Name>,
): Settings<Name> | { readonly faults: readonly string[] } {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { faults: ['expected an object'] };
  const names = Object.keys(most) as Name[];
  const given = body as Readonly<Record<string, unknown>>;
  const faults = Object.keys(given)
    .filter((name) => !Object.hasOwn(most, name))
    .map((name) => `${name}: unknown; known are ${names.join(', ')}`);
  const settings = {} as Record<Name, number>;
  for (const name of names) {
    const value = given[name] ?? 0;
    if (typeof value === 'number' && value >= 0 && value <= most[name]) settings[name] = value;
    else faults.push(`${name}: expected a number from 0 to ${most[name]}`);
  }
  return faults.length > 0 ? { faults } : settings;
}
