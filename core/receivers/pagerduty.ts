import { hash } from 'node:crypto';
import { addressOf } from './destination.ts';
import type { ReceiverKind } from './kind.ts';
import { fileOfLists, wordList } from './known.ts';
import { pagerdutyVisible } from './pagerduty/pages.ts';
import { openPagerduty } from './pagerduty/protocol.ts';
import { asObject, type Json } from './protocol.ts';

const detailsOf = (details: unknown, field = 'payload.custom_details'): Json =>
  Object.fromEntries(
    Object.entries(asObject(details) ?? {}).map(([name, value]) => [`${field}.${name}`, value]),
  );

/** PagerDuty's Events API v2, and v1 for Alertmanager. */
export const pagerduty: ReceiverKind = {
  title: 'PagerDuty',
  // https://support.pagerduty.com/main/docs/service-regions
  hosts: ['events.pagerduty.com', 'events.eu.pagerduty.com'],
  alertmanager: {
    key: 'pagerduty_configs',
    address: { setting: 'url', global: 'pagerduty_url', builtIn: 'https://events.pagerduty.com/v2/enqueue' },
    // With it, Alertmanager uses the first version of the API, whatever `url` says.
    fixedAddress: { setting: 'service_key' },
    unsupported: {
      settings: ['routing_key_file', 'service_key_file'],
      instead:
        'write the key itself as routing_key or service_key; an invented one of 32 characters is enough',
    },
    secrets: ['routing_key', 'service_key'],
    sendsResolved: true,
    texts: ['description', 'details', 'links', 'client', 'client_url'],
    writes: ({ service_key, description, details }) =>
      service_key === undefined
        ? { 'payload.summary': description, ...detailsOf(details) }
        : { description, ...detailsOf(details, 'details') },
    place: ({ routing_key, service_key }) => addressOf(service_key ?? routing_key),
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
  credentials: fileOfLists({
    routing_keys: wordList(/^[A-Za-z0-9]{32}$/, 'expected an integration key: 32 letters and digits'),
  }),
  open: openPagerduty,
  visible: pagerdutyVisible,
  belongsTo: (event, _, { groupKey, alerts }) =>
    (event.dedup_key || event.incident_key) === hash('sha256', groupKey) &&
    (event.event_action || event.event_type) ===
      (alerts.some(({ status }) => status === 'firing') ? 'trigger' : 'resolve'),
  // For services with urgency based on severity; the other severities have low urgency.
  // https://support.pagerduty.com/main/docs/dynamic-notifications
  highSeverities: ['critical', 'error'],
  writtenFields: /(^|\.custom_)details\./,
  firingWord: 'triggered',
  refusalMeans: ({ body }) =>
    /Invalid routing key|Service key is invalid/.test(body)
      ? 'no service has this key, as far as receivers/pagerduty.yml tells'
      : undefined,
};
