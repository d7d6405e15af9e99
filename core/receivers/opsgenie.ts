import { addressOf, type PartialAddress } from './destination.ts';
import type { ReceiverKind } from './kind.ts';
import { fileOfLists, wordList } from './known.ts';
import { openOpsgenie } from './opsgenie/protocol.ts';

const integrationOf = (key: unknown): PartialAddress =>
  key === undefined ? {} : addressOf(`GenieKey ${String(key)}`);

/** Opsgenie's alert API. */
export const opsgenie: ReceiverKind = {
  title: 'Opsgenie',
  // https://docs.opsgenie.com/docs/api-overview
  hosts: ['api.opsgenie.com', 'api.eu.opsgenie.com'],
  anywhere: true,
  alertmanager: {
    key: 'opsgenie_configs',
    address: { setting: 'api_url', global: 'opsgenie_api_url', builtIn: 'https://api.opsgenie.com/' },
    unsupported: {
      settings: ['api_key_file'],
      instead: 'write the key itself as api_key; a made-up one is enough',
    },
    secrets: ['api_key'],
    sendsResolved: true,
    texts: ['message', 'description', 'note', 'details'],
    writes: ({ message, description, note }) => ({ message, description, note }),
    place: ({ api_key }, _, { opsgenie_api_key }) => integrationOf(api_key ?? opsgenie_api_key),
  },
  grafana: {
    type: 'opsgenie',
    settings: {
      text: ['apiKey', 'apiUrl', 'message', 'description', 'sendTagsAs'],
      flag: ['autoClose', 'overridePriority'],
    },
    required: [['apiKey']],
    values: { sendTagsAs: { known: ['tags', 'details', 'both'] } },
    address: { setting: 'apiUrl' },
    secrets: ['apiKey'],
    texts: ['message', 'description'],
    writes: ({ message, description }) => ({ message, description }),
    place: ({ apiKey }) => integrationOf(apiKey),
  },
  credentials: fileOfLists({ api_keys: wordList(/^\S+$/, 'expected an API key') }),
  open: openOpsgenie,
  writtenFields: /^details\./,
  firingWord: 'open',
  resolvesByKey: true,
  refusalMeans: ({ status }) =>
    status === 401
      ? "the notifier's API key is wrong, or not in the list of receivers/opsgenie.yml"
      : undefined,
};
