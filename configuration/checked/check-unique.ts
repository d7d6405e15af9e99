import type { Problem } from '../../core/errors.ts';
import type { Path } from '../../core/path.ts';
import type { Place } from '../files/place.ts';
import { maps, text, type Yaml } from '../files/yaml.ts';

/** An identity that may occur only once in all files together. */
interface Named {
  readonly at: Path;
  readonly what: string;
  readonly identity: string;
}

/**
 * Returns a problem for each identity that occurs twice. Grafana would keep one of the two, or not start.
 *
 * @param configs provisioning files and dashboards.
 */
export function checkUnique(configs: readonly (readonly [file: Place, config: Yaml])[]): Problem[] {
  const first = new Map<string, Place>();
  return configs.flatMap(([file, config]) =>
    identities(config).flatMap(({ at, what, identity }): Problem[] => {
      const place = file.to(...at);
      const key = `${what} ${identity}`;
      const earlier = first.get(key);
      if (earlier === undefined) {
        first.set(key, place);
        return [];
      }
      return [
        place.problem(
          `${what}${identity === '' ? '' : ` "${identity}"`} is also at ${earlier.where}: Grafana would use only one of them`,
          `give your file the name of the one that it is to replace (${earlier.file}), or change one of the two`,
        ),
      ];
    }),
  );
}

function identities(config: Yaml): Named[] {
  const each = (key: string, of: (item: Yaml, at: Path) => Named[]) =>
    maps(config[key]).flatMap((item, i) => of(item, [key, i]));
  const one = (at: Path, what: string, identity: unknown): Named[] => {
    const name = text(identity);
    return name === undefined ? [] : [{ at, what, identity: name }];
  };
  return [
    // The identity of a dashboard.
    ...(Array.isArray(config.panels) ? one(['uid'], 'the dashboard uid', config.uid) : []),
    ...each('groups', (group, at) =>
      maps(group.rules).flatMap((rule, i) => {
        const { uid, title } = rule;
        const place = [...at, 'rules', i];
        return [
          ...one([...place, 'uid'], 'the rule uid', uid),
          ...one([...place, 'title'], `in folder ${String(group.folder)} the rule title`, title),
        ];
      }),
    ),
    ...each('contactPoints', (point, at) =>
      maps(point.receivers).flatMap((receiver, i) =>
        one([...at, 'receivers', i, 'uid'], 'the contact point uid', receiver.uid),
      ),
    ),
    ...each('policies', (_, at) => [{ at, what: 'the tree of notification policies', identity: '' }]),
    ...each('templates', (template, at) => one([...at, 'name'], 'the template', template.name)),
    ...each('muteTimes', (mute, at) => one([...at, 'name'], 'the mute timing', mute.name)),
    ...each('datasources', (source, at) => [
      ...one([...at, 'uid'], 'the data source uid', source.uid),
      ...one([...at, 'name'], 'the data source name', source.name),
      ...(source.isDefault === true
        ? [{ at: [...at, 'isDefault'], what: 'the default data source', identity: '' }]
        : []),
    ]),
    ...each('providers', (provider, at) => one([...at, 'name'], 'the dashboard provider', provider.name)),
  ];
}
