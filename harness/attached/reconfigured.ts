import { maps } from '../../configuration/files/yaml.ts';
import { contactPointsIn, withoutNotifier } from '../../configuration/routes/contact-points.ts';
import type { Evidence } from '../../core/record.ts';
import type { Copy } from './copies.ts';
import { type RunningConfiguration, runningFiles } from './running-files.ts';

/**
 * What somebody else has changed in the configuration of a staging while a drill ran.
 *
 * @param before without the copies.
 * @param now with those that are still there.
 * @returns `undefined` if nothing has changed.
 */
export function reconfigured(
  before: RunningConfiguration,
  now: RunningConfiguration,
  copies: readonly Pick<Copy, 'uid' | 'contactPoint'>[],
): Evidence['reconfigured'] {
  const points = maps(now.grafana?.contactPoints);
  const isOwn = ({ uid }: { readonly uid?: unknown }) => copies.some((copy) => copy.uid === uid);
  const copiesGone = copies
    .filter(({ uid }) => points.every((point) => point.uid !== uid))
    .map(({ contactPoint }) => contactPoint);
  const [was, is] = [
    runningFiles(before).used,
    runningFiles({
      ...now,
      ...(now.grafana
        ? { grafana: { ...now.grafana, contactPoints: points.filter((point) => !isOwn(point)) } }
        : {}),
    }).used,
  ];
  const files = [...new Set([...was.keys(), ...is.keys()])].filter((path) => was.get(path) !== is.get(path));
  if (files.length + copiesGone.length === 0) return undefined;
  const there = receiversIn(is);
  const gone = receiversIn(was).filter(
    (one) => !there.some(({ manager, receiver }) => manager === one.manager && receiver === one.receiver),
  );
  return { files, gone, copiesGone };
}

type Receiver = NonNullable<Evidence['reconfigured']>['gone'][number];

function receiversIn(files: ReadonlyMap<string, string>): Receiver[] {
  const all = [...contactPointsIn(files), ...withoutNotifier(files)];
  return [
    ...new Map(
      all.map(({ manager, name }): [string, Receiver] => {
        const of = manager === 'grafana' ? 'grafana' : 'prometheus';
        return [`${of} ${name}`, { manager: of, receiver: name }];
      }),
    ).values(),
  ];
}
