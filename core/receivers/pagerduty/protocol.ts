import { randomUUID } from 'node:crypto';
import { Incidents } from '../incidents.ts';
import { isKnownIn, knownIn } from '../known.ts';
import {
  asArray,
  asObject,
  asString,
  type IncomingRequest,
  isBlank,
  jsonResponse,
  type Protocol,
  parseObject,
  type ReceiverResponse,
  redacted,
} from '../protocol.ts';
import { pagerdutyPages, pagerdutyTexts } from './pages.ts';

const actions = ['trigger', 'acknowledge', 'resolve'];
const severities = ['critical', 'warning', 'error', 'info'];

const pathV1 = '/generic/2010-04-15/create_event.json';

/**
 * PagerDuty's Events API v1: https://developer.pagerduty.com/docs/events-api-v1-overview, and v2:
 * https://developer.pagerduty.com/docs/send-alert-event (fields and their limits),
 * https://developer.pagerduty.com/docs/events-api-v2-overview (responses, 512 KB). The messages for a missing or
 * misspelt field are those that PagerDuty is known to send. Its messages for lengths, links and oversized bodies are
 * not published; those here follow the same pattern.
 *
 * @param routingKeys the list of the known ones, of either version; absent: every well-formed one is.
 */
export function openPagerduty({ routingKeys }: { readonly routingKeys?: string } = {}): Protocol {
  const incidents = new Incidents();
  return {
    limitBytes: 512 * 1024,
    answer: (incoming) =>
      wrongRequest(incoming) ??
      (isV1(incoming) ? judgeEventV1 : judgeEvent)(parseObject(incoming.body), routingKeys),
    pages(incoming, answer) {
      const key = keysOf(incoming).dedup;
      const given = parseObject(answer.body)?.[key];
      return pagerdutyPages({
        ...parseObject(incoming.body),
        ...(given === undefined ? {} : { [key]: given }),
      });
    },
    texts({ body }) {
      const event = parseObject(body);
      return event && pagerdutyTexts(event);
    },
    onAccepted(incoming, answer) {
      const keys = keysOf(incoming);
      const event = parseObject(incoming.body);
      const given = asString(parseObject(answer.body)?.[keys.dedup]);
      const incident = incidents.take(asString(event?.[keys.routing]), asString(event?.[keys.action]), given);
      return incident ? { incident } : {};
    },
    destination(incoming) {
      const key = asString(parseObject(incoming.body)?.[keysOf(incoming).routing]);
      return key === '' ? undefined : { address: [key] };
    },
    tooMany: () =>
      jsonResponse(429, {
        status: 'throttle exceeded',
        message: 'Requests for this service are arriving too quickly.  Please retry later.',
      }),
    redact: ({ path, body }) => {
      const event = parseObject(body);
      const keys = [
        ...(knownIn(routingKeys) ?? []),
        asString(event?.routing_key),
        asString(event?.service_key),
      ].filter(Boolean);
      const hide = (value: string) => keys.reduce((rest, key) => rest.replaceAll(key, redacted), value);
      // The body may be invalid or truncated JSON.
      const inText = body.replace(/("(?:routing|service)_key"\s*:\s*")[^"]*/g, `$1${redacted}`);
      return { path: hide(path), body: hide(inText) };
    },
  };
}

const withoutQuery = (path: string): string => path.replace(/\?.*$/s, '');
const isV1 = ({ path }: Pick<IncomingRequest, 'path'>): boolean => withoutQuery(path) === pathV1;

/** The names of the keys that both versions have. */
const keysOf = (incoming: Pick<IncomingRequest, 'path'>) =>
  isV1(incoming)
    ? ({ routing: 'service_key', action: 'event_type', dedup: 'incident_key' } as const)
    : ({ routing: 'routing_key', action: 'event_action', dedup: 'dedup_key' } as const);

function wrongRequest(incoming: IncomingRequest): ReceiverResponse | undefined {
  const { method, path, tooLarge } = incoming;
  if (withoutQuery(path) !== '/v2/enqueue' && !isV1(incoming))
    return jsonResponse(404, { status: 'not found', message: 'Not Found' });
  if (method !== 'POST')
    return jsonResponse(405, { status: 'method not allowed', message: 'Method Not Allowed' });
  if (tooLarge)
    return jsonResponse(413, { status: 'invalid event', message: 'Event object is larger than 512 KB' });
  return undefined;
}

function judgeEvent(
  event: Record<string, unknown> | undefined,
  routingKeys: string | undefined,
): ReceiverResponse {
  if (!event) {
    return jsonResponse(400, {
      status: 'Unrecognized object',
      message: 'Event object format is unrecognized',
      errors: ['JSON parse error'],
    });
  }
  const errors = [...wrongKey(event), ...wrongAction(event), ...wrongContext(event)];
  if (errors.length > 0) {
    return jsonResponse(400, { status: 'invalid event', message: 'Event object is invalid', errors });
  }
  // PagerDuty answers an unknown but well-formed key with this text, without JSON.
  if (!isKnownIn(routingKeys, asString(event.routing_key))) {
    return { status: 400, contentType: 'text/plain', body: 'Invalid routing key' };
  }
  const dedupKey = isBlank(event.dedup_key) ? randomUUID().replaceAll('-', '') : event.dedup_key;
  return jsonResponse(202, { status: 'success', message: 'Event processed', dedup_key: dedupKey });
}

/** Unlike that of v2, its texts for a missing description or incident_key are not published; they follow the same pattern. */
function judgeEventV1(
  event: Record<string, unknown> | undefined,
  routingKeys: string | undefined,
): ReceiverResponse {
  const invalid = (...errors: string[]) =>
    jsonResponse(400, { status: 'invalid event', message: 'Event object is invalid', errors });
  if (!event) return invalid('JSON parse error');
  const { service_key: key, event_type: type, description, incident_key: incident } = event;
  const errors: string[] = [];
  if (isBlank(key)) errors.push('Service key is missing or blank');
  else if (asString(key).length !== 32)
    errors.push('Service key is the wrong length (should be 32 characters)');
  if (!actions.includes(asString(type))) errors.push('Event type is invalid');
  else if (type === 'trigger' && isBlank(description)) errors.push('Description is missing or blank');
  else if (type !== 'trigger' && isBlank(incident)) errors.push('Incident key is missing or blank');
  if (!isKnownIn(routingKeys, asString(key))) errors.push('Service key is invalid');
  if (errors.length > 0) return invalid(...errors);
  const incidentKey = isBlank(incident) ? randomUUID().replaceAll('-', '') : incident;
  return jsonResponse(200, { status: 'success', message: 'Event processed', incident_key: incidentKey });
}

function wrongKey({ routing_key: key }: Record<string, unknown>): string[] {
  if (isBlank(key)) return [missing('routing_key')];
  const errors: string[] = [];
  if (asString(key).length !== 32)
    errors.push("Length of 'routing_key' is incorrect (should be 32 characters)");
  if (!/^[A-Za-z0-9]*$/.test(asString(key))) {
    errors.push("'routing_key' cannot contain non-alphanumeric characters.");
  }
  return errors;
}

function wrongAction(event: Record<string, unknown>): string[] {
  const { event_action: action, dedup_key: dedupKey } = event;
  if (isBlank(action)) return [missing('event_action')];
  if (!actions.includes(asString(action))) return [notOneOf('event_action', actions)];
  const errors = asString(dedupKey).length > 255 ? [tooLong('dedup_key', 255)] : [];
  if (action === 'trigger') return [...errors, ...wrongPayload(asObject(event.payload) ?? {})];
  return isBlank(dedupKey) ? [missing('dedup_key')] : errors;
}

/** Only triggers need a payload. */
function wrongPayload({ summary, source, severity }: Record<string, unknown>): string[] {
  const errors: string[] = [];
  if (isBlank(summary)) errors.push(missing('payload.summary'));
  else if ([...asString(summary)].length > 1024) errors.push(tooLong('payload.summary', 1024));
  if (isBlank(source)) errors.push(missing('payload.source'));
  if (isBlank(severity)) errors.push(missing('payload.severity'));
  else if (!severities.includes(asString(severity))) errors.push(notOneOf('payload.severity', severities));
  return errors;
}

const wrongContext = ({ links, images }: Record<string, unknown>): string[] => [
  ...asArray(links).flatMap((one, i) => (isBlank(asObject(one)?.href) ? [missing(`links[${i}].href`)] : [])),
  ...asArray(images).flatMap((one, i) => (isBlank(asObject(one)?.src) ? [missing(`images[${i}].src`)] : [])),
];

const missing = (field: string) => `'${field}' is missing or blank`;
const tooLong = (field: string, limit: number) =>
  `Length of '${field}' is incorrect (at most ${limit} characters)`;
const notOneOf = (field: string, values: readonly string[]) => {
  const quoted = values.map((value) => `'${value}'`);
  return `'${field}' is invalid (must be one of the following: ${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)})`;
};
