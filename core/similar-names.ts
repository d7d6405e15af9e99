import leven from 'leven';

/** Names whose edit distance exceeds this share of the longer name are not similar. */
const maxDistanceShare = 0.5;

/** The distinct candidates, most similar first, equal ones in alphabetical order. */
export function bySimilarity(name: string, candidates: readonly string[]): string[] {
  const distances = [...new Set(candidates)].map((candidate) => [candidate, leven(name, candidate)] as const);
  return distances.sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)).map(([candidate]) => candidate);
}

/** Names that a record keeps beside one that it is about. */
const mostKept = 20;

/** The names most similar to one, of many only the first few. */
export const namesNearby = (name: string, candidates: readonly string[]): string[] =>
  bySimilarity(name, candidates).slice(0, mostKept);

/** The existing names most similar to a name that does not exist. */
export function nearestNames(name: string, existing: readonly string[], limit = 5): string[] {
  const near = existing.filter((other) => {
    const maxDistance = Math.floor(maxDistanceShare * Math.max(name.length, other.length)) + 1;
    return leven(name, other, { maxDistance }) < maxDistance;
  });
  return bySimilarity(name, near).slice(0, limit);
}

/** The values most similar to one that does not exist, with numerically equal ones first. */
export function nearestValues(value: string, existing: readonly string[], limit = 5): string[] {
  const isSame = (other: string) => other.trim() !== '' && Number(other) === Number(value);
  const ordered = bySimilarity(value, existing);
  return [...ordered.filter(isSame), ...ordered.filter((other) => !isSame(other))].slice(0, limit);
}

/** Removes what does not distinguish two names: case, and the characters between words. */
const plain = (name: string) => name.toLowerCase().replaceAll(/[_\s-]/g, '');

/** The edit distance, in which two swapped neighbouring letters count as one edit. */
function typos(one: string, other: string): number {
  const at = [...one].findIndex((letter, i) => letter !== other[i]);
  const swapped = `${one.slice(0, at)}${one[at + 1]}${one[at]}${one.slice(at + 2)}`;
  return at >= 0 && swapped === other ? 1 : leven(one, other);
}

/** The existing name of which a name is probably a misspelling; `undefined` if none is close enough. */
export function closestName(name: string, existing: readonly string[]): string | undefined {
  const [nearest] = [...new Set(existing)]
    .map((other) => ({ other, distance: typos(plain(other), plain(name)) }))
    .toSorted((a, b) => a.distance - b.distance);
  // With more edits than a third of its length, a name is another one and not a misspelling.
  return nearest !== undefined && nearest.distance <= name.length / 3 ? nearest.other : undefined;
}

/** A hint lists at most this many names. */
const maxNames = 12;

/** A hint for a name that does not exist: the name that was probably meant, and the existing names, most similar first. */
export function nameHint(name: string, existing: readonly string[]): string {
  const closest = closestName(name, existing);
  const ordered = bySimilarity(name, existing);
  const names = [...new Set(closest === undefined ? ordered : [closest, ...ordered])];
  if (names.length === 0) return 'there are none';
  const more = names.length > maxNames ? ` and ${names.length - maxNames} more` : '';
  const list = `known: ${names.slice(0, maxNames).join(', ')}${more}`;
  if (closest === undefined) return list;
  return `did you mean ${closest}?${names.length > 1 ? ` ${list}` : ''}`;
}

/** A hint for a setting that its component does not know: it is misspelt, or of another version. */
export const settingHint = (name: string, existing: readonly string[]): string =>
  closestName(name, existing) === undefined
    ? `leave it out of the configuration for drills; ${nameHint(name, existing)}`
    : nameHint(name, existing);
