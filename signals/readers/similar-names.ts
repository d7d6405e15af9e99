import leven from 'leven';

/** Names whose edit distance exceeds this share of the longer name are not similar. */
const maxDistanceShare = 0.5;

/** The distinct candidates, most similar first, equal ones in alphabetical order. */
export function bySimilarity(name: string, candidates: readonly string[]): string[] {
  const distances = [...new Set(candidates)].map((candidate) => [candidate, leven(name, candidate)] as const);
  return distances.sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)).map(([candidate]) => candidate);
}

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
