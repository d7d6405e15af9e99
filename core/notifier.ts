import { z } from 'zod';
import { decodeUri } from './decode-uri.ts';
import { type ReceiverName, receiverNames } from './receivers/receivers.ts';

const identity = z.object({
  manager: z.enum(['prometheus', 'grafana']),
  contactPoint: z.string(),
  kind: z.enum(receiverNames),
  index: z.int(),
  template: z.enum(['default', 'own']),
});

/**
 * Identifies one notifier of a contact point: an entry of `slack_configs`, say, or an integration of a Grafana contact
 * point.
 */
export type NotifierIdentity = Readonly<z.output<typeof identity>>;

/** The kind of notifier that leads to the observer: a webhook carries the alerts themselves. */
export const observerKind = 'webhook' satisfies ReceiverName;

const root = '/notifier';

/** The path on the observer to which a copy of the notifier's messages is sent. */
export const pathOfNotifier = ({ manager, kind, index, template, contactPoint }: NotifierIdentity): string =>
  [root, manager, kind, index, template, encodeURIComponent(contactPoint)].join('/');

/** The notifier that a path identifies; `undefined` for any other path. */
export function notifierAt(path: string): NotifierIdentity | undefined {
  const [, name, manager, kind, index, template, contactPoint, ...rest] = path.split('/');
  if (`/${name}` !== root || contactPoint === undefined || rest.length > 0) return undefined;
  const found = identity.safeParse({
    ...{ manager, kind, template },
    index: Number(index),
    contactPoint: decodeUri(contactPoint),
  });
  return found.success ? found.data : undefined;
}

/** Whether an address in a configuration is the observer's. */
export function isObserver(address: unknown): boolean {
  const url = typeof address === 'string' ? URL.parse(address) : null;
  return url !== null && notifierAt(url.pathname) !== undefined;
}
