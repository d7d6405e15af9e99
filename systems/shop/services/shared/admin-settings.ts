/** Admin settings: a number per name, 0 for normal. */
export type Settings<Name extends string> = Readonly<Record<Name, number>>;

/**
 * Validates the body of a change of settings: numbers from 0 to the given maximum; missing ones are 0.
 *
 * @returns every problem instead, if there is one.
 */
export function parseSettings<Name extends string>(
  body: unknown,
  max: Settings<Name>,
): Settings<Name> | { readonly faults: readonly string[] } {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { faults: ['expected an object'] };
  const names = Object.keys(max) as Name[];
  const given = body as Readonly<Record<string, unknown>>;
  const faults = Object.keys(given)
    .filter((name) => !Object.hasOwn(max, name))
    .map((name) => `${name}: unknown; known are ${names.join(', ')}`);
  const settings = {} as Record<Name, number>;
  for (const name of names) {
    const value = given[name] ?? 0;
    if (typeof value === 'number' && value >= 0 && value <= max[name]) settings[name] = value;
    else faults.push(`${name}: expected a number from 0 to ${max[name]}`);
  }
  return faults.length > 0 ? { faults } : settings;
}
