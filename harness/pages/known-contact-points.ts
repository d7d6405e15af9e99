import type { UsedFiles } from '../../configuration/files/files.ts';
import { type ContactPoint, contactPointsIn } from '../../configuration/routes/contact-points.ts';
import type { Problem } from '../../core/errors.ts';
import { destinationOf } from '../../core/receivers/destination.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { Received } from '../../signals/receivers/receivers.ts';

/** A contact point with a digest of its address, which may contain a secret. Deliveries are matched by the digest. */
export interface KnownContactPoint extends Omit<ContactPoint, 'address'> {
  /** Digest of the address. Absent when a template produces the address. */
  readonly digest?: string;
}

/** Returns the contact points of the configuration. */
export const knownContactPoints = (files: UsedFiles): KnownContactPoint[] =>
  contactPointsIn(files).map(({ address, ...point }) =>
    address ? { ...point, digest: destinationOf({ address }).digest } : point,
  );

/** Returns the names of the contact points that may have sent a request. Several contact points may have the same address. */
export function contactPointsOf(
  { receiver, destination }: Pick<Received, 'receiver' | 'destination'>,
  all: readonly KnownContactPoint[],
): string[] {
  if (!destination) return [];
  const found = all.filter(
    (point) =>
      point.kind === receiver &&
      point.digest === destination.digest &&
      (point.detail ?? destination.detail) === destination.detail,
  );
  return [...new Set(found.map(({ name }) => name))];
}

/** Reports expectations whose contact point does not exist, or leads to another kind of receiver. */
export function unknownContactPoints(
  { name, expectations }: Scenario,
  all: readonly KnownContactPoint[],
): Problem[] {
  return expectations.flatMap((expectation, i): Problem[] => {
    if (expectation.kind !== 'page' || expectation.contactPoint === undefined) return [];
    const { contactPoint, receiver } = expectation;
    const ofKind = [...new Set(all.filter(({ kind }) => kind === receiver).map((point) => point.name))];
    if (ofKind.includes(contactPoint)) return [];
    return [
      {
        where: `${name}: expectations[${i}].contactPoint`,
        message: `no receiver of Alertmanager and no contact point of Grafana named ${JSON.stringify(contactPoint)} leads to ${receiver}`,
        hint: ofKind.length > 0 ? `those that do: ${ofKind.join(', ')}` : 'none of the configuration does',
      },
    ];
  });
}
