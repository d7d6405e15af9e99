import leven from 'leven';

/** The known key that somebody may have meant by an unknown one; `undefined` where none is near. */
export function nearestKey(unknown: string, known: readonly string[]): string | undefined {
  const plain = (key: string) => key.toLowerCase().replaceAll('_', '');
  const [nearest] = known
    .map((key) => ({ key, distance: leven(plain(key), plain(unknown)) }))
    .toSorted((a, b) => a.distance - b.distance);
  // Further away than a third of it, a name has nothing to do with another.
  return nearest !== undefined && nearest.distance <= unknown.length / 3 ? nearest.key : undefined;
}
