import { hash } from 'node:crypto';
import { addressOf } from './destination.ts';
import type { ReceiverKind } from './kind.ts';
import { pagerdutyVisible } from './pagerduty/pages.ts';
import { openPagerduty } from './pagerduty/protocol.ts';
import { asObject, type Json } from './protocol.ts';

const detailsOf = (details: unknown): Json =>
  Object.fromEntries(
    Object.entries(asObject(details) ?? {}).map(([name, value]) => [`payload.custom_details.${name}`, value]),
  );

/** PagerDuty's Events API v2. */
export const pagerduty: ReceiverKind = {
  title: 'PagerDuty',
  // https://support.pagerduty.com/main/docs/service-regions
  hosts: ['events.pagerduty.com', 'events.eu.pagerduty.com'],
  alertmanager: {
    key: 'pagerduty_configs',
    address: { setting: 'url', global: 'pagerduty_url', builtIn: 'https://events.pagerduty.com/v2/enqueue' },
    // With these, Alertmanager uses the first version of the API, at a fixed address.
    unsupported: { settings: ['service_key', 'service_key_file'], instead: 'use routing_key' },
    secrets: ['routing_key', 'service_key'],
    sendsResolved: true,
    texts: ['description', 'details', 'links', 'client', 'client_url'],
    writes: ({ description, details }) => ({ 'payload.summary': description, ...detailsOf(details) }),
    place: ({ routing_key }) => addressOf(routing_key),
  },
  grafana: {
    type: 'pagerduty',
    settings: {
      text: [
        ...['integrationKey', 'severity', 'class', 'component', 'group', 'summary'],
        ...['source', 'client', 'client_url'],
      ],
      map: ['details'],
    },
    required: [['integrationKey']],
    // It selects the region. In a drill one emulated receiver stands for the hosts of all regions.
    newerAddress: 'url',
    secrets: ['integrationKey'],
    texts: ['summary', 'details'],
    writes: ({ summary, details }) => ({ 'payload.summary': summary, ...detailsOf(details) }),
    place: ({ integrationKey }) => addressOf(integrationKey),
  },
  open: openPagerduty,
  visible: pagerdutyVisible,
  belongsTo: ({ dedup_key, event_action }, _, { groupKey, alerts }) =>
    dedup_key === hash('sha256', groupKey) &&
    event_action === (alerts.some(({ status }) => status === 'firing') ? 'trigger' : 'resolve'),
  // For services with urgency based on severity; the other severities have low urgency.
  highSeverities: ['critical', 'error'],
  writtenFields: /\.custom_details\./,
  firingWord: 'triggered',
};
