import leven from 'leven';

/** Further away than this part of the longer name, two names have nothing to do with each other. */
const tooFar = 0.5;

/** The candidates in the order of their likeness to a name, alike ones by the alphabet, each once. */
export function byLikeness(name: string, candidates: readonly string[]): string[] {
  const distances = [...new Set(candidates)].map((candidate) => [candidate, leven(name, candidate)] as const);
  return distances.sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)).map(([candidate]) => candidate);
}

/** The few existing names that somebody may have meant by a name that does not exist. */
export function nearestNames(name: string, existing: readonly string[], most = 5): string[] {
  const near = existing.filter((other) => {
    const maxDistance = Math.floor(tooFar * Math.max(name.length, other.length)) + 1;
    return leven(name, other, { maxDistance }) < maxDistance;
  });
  return byLikeness(name, near).slice(0, most);
}

/** The values that somebody may have meant by one that does not exist: first those that are the same number. */
export function nearestValues(value: string, existing: readonly string[], most = 5): string[] {
  const isSame = (other: string) => other.trim() !== '' && Number(other) === Number(value);
  const ordered = byLikeness(value, existing);
  return [...ordered.filter(isSame), ...ordered.filter((other) => !isSame(other))].slice(0, most);
}
