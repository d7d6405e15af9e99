import type { Problem } from '../../core/errors.ts';
import type { Place } from '../files/place.ts';
import { map } from '../files/yaml.ts';

/** Parts of Grafana's provisioning, at any depth, by what they are made of. */
const lists = new Set(
  'datasources providers contactPoints receivers templates policies routes groups rules data'.split(' '),
);
const maps = new Set(
  'settings jsonData secureJsonData options labels annotations model relativeTimeRange'.split(' '),
);

/** Every part that is of another form than it should be: what reads them takes such a one for an empty one. */
export function checkShapes(above: Place, config: unknown): Problem[] {
  return Object.entries(map(config)).flatMap(([key, value]): Problem[] => {
    const place = above.to(key);
    if (value === null) return [];
    if (maps.has(key)) return isMap(value) ? [] : [place.problem('expected a map (key: value)')];
    if (!lists.has(key)) return [];
    if (!Array.isArray(value)) return [place.problem('expected a list')];
    return value.flatMap((item, i) =>
      isMap(item) ? checkShapes(place.to(i), item) : [place.to(i).problem('expected a map (key: value)')],
    );
  });
}

const isMap = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
