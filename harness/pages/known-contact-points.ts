import type { UsedFiles } from '../../configuration/files/files.ts';
import { type ContactPoint, contactPointsIn } from '../../configuration/routes/contact-points.ts';
import type { Problem } from '../../core/errors.ts';
import { destinationOf } from '../../core/receivers/destination.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { ReceivedDelivery } from '../../signals/receivers/receivers.ts';

/** A contact point as deliveries are told by, without the secret in its address. */
export interface KnownContactPoint extends Omit<ContactPoint, 'address'> {
  /** Of its address; absent where only a template knows it. */
  readonly digest?: string;
}

/** What the configuration can notify. */
export const knownContactPoints = (files: UsedFiles): KnownContactPoint[] =>
  contactPointsIn(files).map(({ address, ...point }) =>
    address ? { ...point, digest: destinationOf({ address }).digest } : point,
  );

/** Names of the contact points by which a request may have come: several where they lead to the same place. */
export function contactPointsOf(
  { receiver, destination }: Pick<ReceivedDelivery, 'receiver' | 'destination'>,
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

/** Expectations of a page through what the configuration does not have, or has for another kind of receiver. */
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
