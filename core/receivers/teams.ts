import { addressOf, pathOf } from './destination.ts';
import type { AlertmanagerNotifier, ReceiverKind } from './kind.ts';
import { addressList, fileOfLists } from './known.ts';
import type { Json } from './protocol.ts';
import { openTeams } from './teams/protocol.ts';

const inAdaptiveCard = (title: unknown, text: unknown): Json => ({
  'attachments[0].content.body[0].text': title,
  'attachments[0].content.body[1].text': text,
});

/** The settings that both notifiers of Alertmanager have. */
const common = {
  address: { setting: 'webhook_url' },
  unsupported: {
    settings: ['webhook_url_file'],
    instead: 'write the address itself; a made-up one is enough',
  },
  secrets: [],
  sendsResolved: true,
  place: ({ webhook_url }) => addressOf(pathOf(webhook_url)),
} satisfies Partial<AlertmanagerNotifier>;

const webhookList = (example: string) => fileOfLists({ webhooks: addressList(example) });

const refusalMeans: ReceiverKind['refusalMeans'] = ({ status, body }) => {
  if (status === 410 || status === 404 || status === 401)
    return 'nobody in Teams has this address, as far as the list in receivers/ tells';
  if (status === 202)
    return 'a workflow answers 202 before it posts the message, and posts nothing but adaptive cards of at most 28 KB: msteams_configs sends another form';
  if (body.includes('HTTP error 413'))
    return 'the message has more than 28 KB: let the template write less. The connector answers 200 all the same, which Alertmanager takes for success';
  if (body.includes('HTTP error 400')) return 'what is attached to the message is no adaptive card';
  return body.startsWith('Summary or Text') ? 'the message has neither a text nor a summary' : undefined;
};

/** Incoming webhooks of Microsoft Teams: Alertmanager sends them message cards, Grafana adaptive cards. */
export const msteams: ReceiverKind = {
  title: 'Microsoft Teams',
  hosts: [],
  anywhere: true,
  alertmanager: {
    ...common,
    key: 'msteams_configs',
    texts: ['title', 'summary', 'text'],
    writes: ({ title, summary, text }) => ({ title, summary, text }),
  },
  grafana: {
    type: 'teams',
    settings: { text: ['url', 'message', 'title', 'sectiontitle'] },
    required: [['url']],
    address: { setting: 'url' },
    secrets: [],
    texts: ['title', 'message'],
    writes: ({ title, message }) => inAdaptiveCard(title, message),
    place: ({ url }) => addressOf(pathOf(url)),
  },
  credentials: webhookList('https://corp.webhook.office.com/webhookb2/…/IncomingWebhook/…'),
  open: (credentials) => openTeams('connector', credentials),
  refusalMeans,
};

/** Workflows that post to Microsoft Teams. */
export const msteamsv2: ReceiverKind = {
  title: 'Microsoft Teams (workflow)',
  hosts: [],
  anywhere: true,
  alertmanager: {
    ...common,
    key: 'msteamsv2_configs',
    texts: ['title', 'text'],
    writes: ({ title, text }) => inAdaptiveCard(title, text),
  },
  credentials: webhookList('https://….logic.azure.com/workflows/…/triggers/manual/paths/invoke?…'),
  open: (credentials) => openTeams('workflow', credentials),
  refusalMeans,
};
