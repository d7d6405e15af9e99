import { randomUUID } from 'node:crypto';
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
import { Incidents } from './incidents.ts';
import { pagerdutyPages, pagerdutyTexts } from './pages.ts';

const actions = ['trigger', 'acknowledge', 'resolve'];
const severities = ['critical', 'warning', 'error', 'info'];

/**
 * PagerDuty's Events API v2: https://developer.pagerduty.com/docs/send-alert-event (fields and their limits),
 * https://developer.pagerduty.com/docs/events-api-v2-overview (responses, 512 KB). The messages for a missing or
 * misspelt field are those that PagerDuty is known to send. Its messages for lengths, links and oversized bodies are
 * not published; those here follow the same pattern.
 */
export function openPagerduty({ routingKey }: { readonly routingKey?: string } = {}): Protocol {
  const incidents = new Incidents();
  return {
    limitBytes: 512 * 1024,
    answer: (incoming) => wrongRequest(incoming) ?? judgeEvent(parseObject(incoming.body), routingKey),
    pages({ body }, answer) {
      const given = parseObject(answer.body)?.dedup_key;
      return pagerdutyPages({ ...parseObject(body), ...(given === undefined ? {} : { dedup_key: given }) });
    },
    texts({ body }) {
      const event = parseObject(body);
      return event && pagerdutyTexts(event);
    },
    onAccepted({ body }, answer) {
      const event = parseObject(body);
      const given = asString(parseObject(answer.body)?.dedup_key);
      const incident = incidents.take(asString(event?.routing_key), asString(event?.event_action), given);
      return incident ? { incident } : {};
    },
    destination({ body }) {
      const key = asString(parseObject(body)?.routing_key);
      return key === '' ? undefined : { address: [key] };
    },
    tooMany: () =>
      jsonResponse(429, {
        status: 'throttle exceeded',
        message: 'Requests for this service are arriving too quickly.  Please retry later.',
      }),
    redact: ({ path, body }) => {
      const keys = [routingKey ?? '', asString(parseObject(body)?.routing_key)].filter(Boolean);
      const hide = (value: string) => keys.reduce((rest, key) => rest.replaceAll(key, redacted), value);
      // The body may be invalid or truncated JSON.
      const inText = body.replace(/("(?:routing|service)_key"\s*:\s*")[^"]*/g, `$1${redacted}`);
      return { path: hide(path), body: hide(inText) };
    },
  };
}

function wrongRequest({ method, path, tooLarge }: IncomingRequest): ReceiverResponse | undefined {
  if (path.replace(/\?.*$/s, '') !== '/v2/enqueue')
    return jsonResponse(404, { status: 'not found', message: 'Not Found' });
  if (method !== 'POST')
    return jsonResponse(405, { status: 'method not allowed', message: 'Method Not Allowed' });
  if (tooLarge)
    return jsonResponse(413, { status: 'invalid event', message: 'Event object is larger than 512 KB' });
  return undefined;
}

function judgeEvent(
  event: Record<string, unknown> | undefined,
  routingKey: string | undefined,
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
  if (routingKey !== undefined && event.routing_key !== routingKey) {
    return { status: 400, contentType: 'text/plain', body: 'Invalid routing key' };
  }
  const dedupKey = isBlank(event.dedup_key) ? randomUUID().replaceAll('-', '') : event.dedup_key;
  return jsonResponse(202, { status: 'success', message: 'Event processed', dedup_key: dedupKey });
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
