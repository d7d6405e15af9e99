import { addressOf, pathOf } from './destination.ts';
import type { ReceiverKind } from './kind.ts';
import { openWebhook } from './webhook/protocol.ts';

/** A webhook, at any address. */
export const webhook: ReceiverKind = {
  title: 'the webhook',
  hosts: [],
  anywhere: true,
  alertmanager: {
    key: 'webhook_configs',
    address: { setting: 'url' },
    unsupported: { settings: ['url_file'], instead: 'write the address itself; a made-up token is enough' },
    secrets: [],
    sendsResolved: true,
    texts: [],
    place: ({ url }, name) => ({ ...addressOf(pathOf(url)), detail: name }),
  },
  grafana: {
    type: 'webhook',
    settings: {
      text: [
        ...['url', 'httpMethod', 'authorization_scheme', 'authorization_credentials'],
        ...['username', 'password', 'title', 'message'],
      ],
      number: ['maxAlerts'],
    },
    required: [['url']],
    address: { setting: 'url' },
    secrets: ['password', 'authorization_credentials'],
    texts: ['title', 'message'],
    writes: ({ title, message }) => ({ title, message }),
    place: ({ url }, name) => ({ ...addressOf(pathOf(url)), detail: name }),
  },
  open: openWebhook,
  belongsTo({ groupKey, receiver }, pages, sent) {
    const known = new Set(sent.alerts.map(({ fingerprint, status }) => `${fingerprint} ${status}`));
    return (
      groupKey === sent.groupKey &&
      receiver === sent.contactPoint &&
      pages.every(({ dedupKey, status }) => known.has(`${dedupKey} ${status}`))
    );
  },
  carriesAlerts: true,
};
