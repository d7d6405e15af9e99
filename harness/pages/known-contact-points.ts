import type { UsedFiles } from '../../configuration/files/files.ts';
import {
  type ContactPoint,
  contactPointsIn,
  messageTemplates,
} from '../../configuration/routes/contact-points.ts';
import type { Problem } from '../../core/errors.ts';
import { expectedAlerts, expectedPages } from '../../core/expected-alerts.ts';
import { within } from '../../core/path.ts';
import { destinationOf } from '../../core/receivers/destination.ts';
import type { TextPart } from '../../core/receivers/page.ts';
import { receiverKinds } from '../../core/receivers/receivers.ts';
import type { Notification } from '../../core/record.ts';
import type { PageExpectation, Scenario } from '../../core/scenario.ts';
import { nameHint } from '../../core/similar-names.ts';
import { mustPrint } from '../../core/template-prints.ts';
import type { ReceivedDelivery } from '../../signals/receivers/receivers.ts';

/** A contact point with a digest of its address, which may contain a secret. Deliveries are matched by the digest. */
export interface KnownContactPoint extends Omit<ContactPoint, 'address' | 'writes'> {
  /** Digest of the address. Absent when a template produces the address. */
  readonly digest?: string;
  /** The running component hides the address. */
  readonly hidden?: true;
  /** By status and message part: whether the configured template of the part always prints something. */
  readonly fills?: Readonly<
    Record<Notification['alerts'][number]['status'], Readonly<Record<string, boolean>>>
  >;
}

/** Returns the contact points of the configuration. */
export function knownContactPoints(files: UsedFiles): KnownContactPoint[] {
  const defined = messageTemplates(files);
  return contactPointsIn(files).map(({ address, writes, ...point }) => {
    const { resolvesByKey } = receiverKinds[point.kind];
    const fill = (status: 'firing' | 'resolved') =>
      Object.fromEntries(
        Object.entries(status === 'resolved' && resolvesByKey ? {} : (writes ?? {})).map(
          ([part, template]) => [part, mustPrint(template, { status, defined })],
        ),
      );
    return {
      ...point,
      ...(writes ? { fills: { firing: fill('firing'), resolved: fill('resolved') } } : {}),
      ...digestPart(address),
    };
  });
}

/** What Prometheus, Alertmanager and Grafana show in the place of a secret, which a scheme may stand before. */
const hiddenSecret = /^(\w+ )?(<secret>|\[REDACTED\])$/;

const digestPart = (address: ContactPoint['address']): Pick<KnownContactPoint, 'digest'> =>
  address && !address.some((part) => hiddenSecret.test(part))
    ? { digest: destinationOf({ address }).digest }
    : {};

/** Returns the contact points of running components, which hide addresses. */
export const runningContactPoints = (files: UsedFiles): KnownContactPoint[] =>
  knownContactPoints(files).map((point) => (point.digest === undefined ? { ...point, hidden: true } : point));

/**
 * Returns the text parts of a message, and whether the notifier's settings fill each. Some notifiers leave out a blank part,
 * so a part that the settings fill and the message lacks is added as a blank one.
 */
export function partsOf(texts: readonly TextPart[], fills: Readonly<Record<string, boolean>>): TextPart[] {
  const own = texts.map((part) => {
    const written = fills[part.field];
    return written === undefined ? part : { ...part, written };
  });
  const missing = Object.entries(fills).filter(
    ([field, isFilled]) => isFilled && texts.every((part) => part.field !== field),
  );
  return [...own, ...missing.map(([field]) => ({ field, text: '', written: true }))];
}

/** Returns the names of the contact points that may have sent a request. Several contact points may have the same address. */
export function contactPointsOf(
  { receiver, destination }: Pick<ReceivedDelivery, 'receiver' | 'destination'>,
  all: readonly KnownContactPoint[],
): string[] {
  if (!destination) return [];
  const found = all.filter(
    (point) =>
      point.kind === receiver &&
      // By the detail alone, a contact point is found only if it has one.
      (point.hidden
        ? point.detail === destination.detail && point.detail !== ''
        : point.digest === destination.digest && (point.detail ?? destination.detail) === destination.detail),
  );
  return [...new Set(found.map(({ name }) => name))];
}

/**
 * Reports expectations whose contact point does not exist, or leads to another kind of receiver.
 *
 * @param file the file with Alertmanager's receivers, for messages.
 */
export function unknownContactPoints(
  { name, expectations }: Scenario,
  all: readonly KnownContactPoint[],
  whereOf = within(name),
  file = 'alertmanager/alertmanager.yml',
): Problem[] {
  return expectedAlerts(expectations).flatMap(({ expectation, at }): Problem[] => {
    if (expectation.kind !== 'page' || expectation.contactPoint === undefined) return [];
    const { contactPoint, receiver } = expectation;
    const ofKind = [...new Set(all.filter(({ kind }) => kind === receiver).map((point) => point.name))];
    if (ofKind.includes(contactPoint)) return [];
    return [
      {
        where: whereOf([...at, 'contactPoint']),
        message: `no receiver of Alertmanager (${file}) and no contact point of Grafana named ${JSON.stringify(contactPoint)} leads to ${receiver}`,
        hint: nameHint(contactPoint, ofKind),
      },
    ];
  });
}

/** Tells of each expectation that names no contact point, although several of the alert's manager lead to its receiver. */
export function openContactPoints(
  { expectations }: Scenario,
  all: readonly KnownContactPoint[],
  managerOf: (expectation: PageExpectation) => 'prometheus' | 'grafana' | undefined,
): string[] {
  const notes = expectedPages(expectations).flatMap((expectation): string[] => {
    const { alert, receiver, contactPoint } = expectation;
    if (contactPoint !== undefined) return [];
    const manager = managerOf(expectation) === 'grafana' ? 'grafana' : 'alertmanager';
    const points = all.filter((point) => point.kind === receiver && point.manager === manager);
    const names = [...new Set(points.map(({ name }) => name))];
    if (names.length < 2) return [];
    return [
      `a page of ${alert} counts whether it comes through ${names.join(' or ')}, which all lead to ${receiver}: if only one is right, name it as contactPoint in the scenario`,
    ];
  });
  return [...new Set(notes)];
}
