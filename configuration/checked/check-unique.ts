import type { Problem } from '../../core/errors.ts';
import { maps, text, type Yaml } from '../files/yaml.ts';

/** Something that there may be only once in all files together. */
interface Named {
  readonly where: string;
  readonly what: string;
  readonly identity: string;
}

/**
 * Where two of the same identity meet, Grafana keeps one of them, or does not start.
 *
 * @param configs provisioning files and dashboards, by path.
 */
export function checkUnique(configs: ReadonlyMap<string, Yaml>): Problem[] {
  const first = new Map<string, string>();
  return [...configs].flatMap(([file, config]) =>
    identities(config).flatMap(({ where, what, identity }): Problem[] => {
      const place = `${file}: ${where}`;
      const key = `${what} ${identity}`;
      const earlier = first.get(key);
      if (earlier === undefined) {
        first.set(key, place);
        return [];
      }
      return [
        {
          where: place,
          message: `${what}${identity === '' ? '' : ` "${identity}"`} is also at ${earlier}: Grafana would use only one of them`,
          hint: `give your file the name of the one that it is to replace (${earlier.split(':')[0]}), or change one of the two`,
        },
      ];
    }),
  );
}

function identities(config: Yaml): Named[] {
  const each = (key: string, of: (item: Yaml, at: string) => Named[]) =>
    maps(config[key]).flatMap((item, i) => of(item, `${key}[${i}]`));
  const one = (where: string, what: string, identity: unknown): Named[] => {
    const name = text(identity);
    return name === undefined ? [] : [{ where, what, identity: name }];
  };
  return [
    // Of a dashboard.
    ...(Array.isArray(config.panels) ? one('uid', 'the dashboard uid', config.uid) : []),
    ...each('groups', (group, at) =>
      maps(group.rules).flatMap((rule, i) => {
        const { uid, title } = rule;
        const place = `${at}.rules[${i}]`;
        return [
          ...one(`${place}.uid`, 'the rule uid', uid),
          ...one(`${place}.title`, `in folder ${String(group.folder)} the rule title`, title),
        ];
      }),
    ),
    ...each('contactPoints', (point, at) =>
      maps(point.receivers).flatMap((receiver, i) =>
        one(`${at}.receivers[${i}].uid`, 'the contact point uid', receiver.uid),
      ),
    ),
    ...each('policies', (_, at) => [{ where: at, what: 'the tree of notification policies', identity: '' }]),
    ...each('templates', (template, at) => one(`${at}.name`, 'the template', template.name)),
    ...each('muteTimes', (mute, at) => one(`${at}.name`, 'the mute timing', mute.name)),
    ...each('datasources', (source, at) => [
      ...one(`${at}.uid`, 'the data source uid', source.uid),
      ...one(`${at}.name`, 'the data source name', source.name),
      ...(source.isDefault === true
        ? [{ where: `${at}.isDefault`, what: 'the default data source', identity: '' }]
        : []),
    ]),
    ...each('providers', (provider, at) => one(`${at}.name`, 'the dashboard provider', provider.name)),
  ];
}
