import { isKnownIn, knownIn } from '../known.ts';
import {
  type IncomingRequest,
  isBlank,
  type Json,
  jsonResponse,
  type Protocol,
  parseObject,
  type ReceiverResponse,
  redacted,
} from '../protocol.ts';
import { distinctLinks } from '../reading/links.ts';
import { textPages } from '../reading/text-pages.ts';
import { buttonLinks, hasAdaptiveCards, isGreen, shownIn, textsOf } from './cards.ts';

/** What takes messages for a channel of Teams: an incoming webhook of a connector, or a workflow of Power Automate. */
type Form = 'connector' | 'workflow';

/** https://github.com/MicrosoftDocs/msteams-docs/issues/7576 */
const mostBytes = 28 * 1024;

/**
 * Incoming webhooks of Teams' connectors, and workflows that are triggered by a webhook:
 * https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 *
 * Both refuse with a status of success. A connector answers 200 with the error of Teams as its text, where `1` says that it
 * was delivered (https://github.com/MicrosoftDocs/msteams-docs/issues/1810). A workflow answers 202 before it posts the
 * message, and posts nothing but adaptive cards. Alertmanager reads the status alone, Grafana waits for the `1`.
 *
 * An address that nobody has is refused by its status: 410 by a connector (https://github.com/MicrosoftDocs/msteams-docs/issues/906),
 * 404 or 401 by a workflow, as Azure Logic Apps answers it.
 *
 * @param otherwise what an address is whose path is that of neither.
 * @param webhooks the list of the known paths with their queries; absent: all are.
 */
export function openTeams(otherwise: Form, { webhooks }: { readonly webhooks?: string } = {}): Protocol {
  const read = ({ body }: Pick<IncomingRequest, 'body'>) => parseObject(body);
  return {
    limitBytes: 1 << 20,
    answer(incoming) {
      if (incoming.method !== 'POST') return text(405, 'Method Not Allowed');
      const form = formOf(incoming.path, otherwise);
      if (!isKnownIn(webhooks, incoming.path)) return unknownTo[form](incoming.path, knownIn(webhooks) ?? []);
      return form === 'workflow' ? byWorkflow(incoming) : byConnector(incoming);
    },
    pages(incoming) {
      const sent = read(incoming);
      if (!sent || textsOf(sent).length === 0) return [];
      const links = buttonLinks(sent);
      return textPages(shownIn(sent), isGreen(sent) ? 'resolved' : 'firing').map((page) => ({
        ...page,
        links: distinctLinks([...page.links, ...links]),
      }));
    },
    message(incoming) {
      const sent = read(incoming);
      return sent && shownIn(sent);
    },
    texts(incoming) {
      const sent = read(incoming);
      return sent && textsOf(sent);
    },
    destination: ({ path }) => ({ address: [path] }),
    tooMany: (_, { path }) => (formOf(path, otherwise) === 'workflow' ? text(429, '') : failed(429)),
    // The whole path is what a sender must know, and so is the signature in a workflow's query.
    redact: ({ body }) => ({ path: `/${redacted}`, body }),
  };
}

function formOf(path: string, otherwise: Form): Form {
  if (/\/IncomingWebhook\//i.test(path)) return 'connector';
  return /\/workflows\/[^/]+\/triggers\//i.test(path) ? 'workflow' : otherwise;
}

const text = (status: number, body: string): ReceiverResponse => ({
  ...{ status, contentType: 'text/plain; charset=utf-8', body },
});

const routeOf = (path: string): string => path.replace(/\?.*$/s, '');

/** What an address gets that is not among the known ones. */
const unknownTo: Readonly<Record<Form, (path: string, known: readonly string[]) => ReceiverResponse>> = {
  connector: () => text(410, ''),
  workflow: (path, known) =>
    known.some((one) => routeOf(one) === routeOf(path))
      ? jsonResponse(401, {
          error: {
            code: 'DirectApiAuthorizationRequired',
            message: 'The request must be authenticated only by Shared Access scheme.',
          },
        })
      : jsonResponse(404, {
          error: { code: 'WorkflowNotFound', message: 'The workflow could not be found.' },
        }),
};

/** A connector's answer where Teams has refused the message. */
const failed = (status: number): ReceiverResponse => ({
  ...text(
    200,
    `Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error ${status} with ContextId tcid=0.`,
  ),
  refused: true,
});

function byConnector({ body, tooLarge }: IncomingRequest): ReceiverResponse {
  if (tooLarge) return failed(413);
  const sent = parseObject(body);
  if (!sent) return text(400, 'Bad payload received by generic incoming webhook.');
  if (!hasAttachments(sent)) {
    if (isBlank(sent.text) && isBlank(sent.summary)) return text(400, 'Summary or Text is required.');
  } else if (!hasAdaptiveCards(sent)) return failed(400);
  return isTooLarge(body) ? failed(413) : text(200, '1');
}

function byWorkflow({ body, tooLarge }: IncomingRequest): ReceiverResponse {
  const sent = parseObject(body);
  const isPosted = sent !== undefined && hasAdaptiveCards(sent) && !tooLarge && !isTooLarge(body);
  // A workflow answers without content. Older versions of Grafana wait for the `1` of a connector there too; newer ones do
  // not.
  return isPosted ? text(202, '1') : { ...text(202, ''), refused: true };
}

const hasAttachments = ({ attachments }: Json): boolean =>
  attachments !== undefined && !(Array.isArray(attachments) && attachments.length === 0);

const isTooLarge = (body: string): boolean => Buffer.byteLength(body) > mostBytes;
