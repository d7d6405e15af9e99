import { refusalMeaning } from '../../assertions/causes/delivery.ts';
import { badInput, type Problem } from '../../core/errors.ts';
import type { Message, PageContent, PageStatus, TextPart } from '../../core/receivers/page.ts';
import { type ReceiverName, receiverNames } from '../../core/receivers/receivers.ts';
import { nameHint } from '../../core/similar-names.ts';
import type { ReceivedDelivery } from '../../signals/receivers/receivers.ts';

/** A message to a receiver, as firedrill reads it, without secrets. */
export interface ReceivedPage {
  /** Counts from 1, in the order in which the messages were answered. */
  readonly id: number;
  /** Time of arrival, ISO 8601. */
  readonly at: string;
  readonly kind: ReceiverName;
  /** What the message says about its address: Slack's channel, the name of the receiver in a webhook. */
  readonly to?: string;
  /** SHA-256 of the whole address, which may be secret: it tells two addresses of one kind apart. */
  readonly address?: string;
  readonly accepted: boolean;
  /** What the sender was told: HTTP status and body. Without an answer the status is 0. */
  readonly status: number;
  readonly answer: string;
  /** What a refusal says about the configuration, if that is known. */
  readonly meaning?: string;
  /** `resolved` if none of the alerts fires; absent if no alert could be read. */
  readonly state?: PageStatus;
  readonly alerts: readonly PageContent[];
  /** The displayed texts of the message; absent if it could not be read. */
  readonly texts?: readonly TextPart[];
  /** The message as displayed, if it is more than plain text. */
  readonly message?: Message;
}

function receivedPage(id: number, delivery: ReceivedDelivery): ReceivedPage {
  const { at, receiver, destination, accepted, responseStatus, responseBody, pages, texts, message } =
    delivery;
  const [meaning] = accepted ? [] : refusalMeaning(delivery);
  const isFiring = pages.some(({ status }) => status === 'firing');
  return {
    ...{ id, at: new Date(at).toISOString(), kind: receiver },
    ...(destination?.detail ? { to: destination.detail } : {}),
    ...(destination ? { address: destination.digest } : {}),
    ...{ accepted, status: responseStatus, answer: responseBody },
    ...(meaning === undefined ? {} : { meaning }),
    ...(pages.length > 0 ? { state: isFiring ? 'firing' : 'resolved' } : {}),
    alerts: pages,
    ...(texts ? { texts } : {}),
    ...(message ? { message } : {}),
  };
}

/** At most this many pages are kept. */
const atMost = 10_000;

/** The last pages that came. */
export class Pages {
  readonly #all: ReceivedPage[] = [];
  readonly #listeners = new Set<(page: ReceivedPage) => void>();
  #lastId = 0;

  get all(): readonly ReceivedPage[] {
    return this.#all;
  }

  /** The number of the newest page; 0 before the first page. */
  get lastId(): number {
    return this.#lastId;
  }

  add(delivery: ReceivedDelivery): void {
    this.#lastId += 1;
    const page = receivedPage(this.#lastId, delivery);
    this.#all.push(page);
    if (this.#all.length > atMost) this.#all.shift();
    for (const listener of this.#listeners) listener(page);
  }

  /** Calls `listener` for each further page. @returns a function that stops it. */
  onPage(listener: (page: ReceivedPage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Whether a page is asked for. */
export type PageFilter = (page: ReceivedPage) => boolean;

const states: readonly PageStatus[] = ['firing', 'resolved'];
const parameters = ['kind', 'to', 'state', 'alert', 'label', 'accepted', 'since'] as const;

/**
 * Reads the filter of a query. Of a repeated parameter one value must hold, of `label` all; the alert and its labels must
 * be those of one alert of the page.
 *
 * @param lastSeen the number of the last page that the asker has, if `since` does not say it.
 * @throws FiredrillError `bad-input` with every problem of the query.
 */
export function readFilter(query: URLSearchParams, lastSeen?: string): PageFilter {
  const problems: Problem[] = [];
  for (const name of new Set(query.keys()))
    if (!parameters.some((known) => known === name))
      problems.push({ where: name, message: 'there is no such parameter', hint: nameHint(name, parameters) });
  const among = (name: (typeof parameters)[number], known: readonly string[]) => {
    const given = query.getAll(name);
    for (const value of given.filter((one) => !known.includes(one)))
      problems.push({
        where: `${name}=${value}`,
        message: `there is no "${value}"`,
        hint: nameHint(value, known),
      });
    return given;
  };
  const kinds = among('kind', receiverNames);
  const wanted = among('state', states);
  const accepted = among('accepted', ['true', 'false']);
  const to = query.getAll('to');
  const alerts = query.getAll('alert');
  const labels = query.getAll('label').flatMap((text): [string, string][] => {
    const [, name, value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name !== undefined) return [[name, value]];
    problems.push({ where: `label=${text}`, message: 'expected label=NAME=VALUE' });
    return [];
  });
  const isLater = laterThan(query.getAll('since').at(-1) ?? lastSeen, problems);
  if (problems.length > 0) throw badInput(...problems);
  const isAny = (values: readonly string[], value: string | undefined) =>
    values.length === 0 || (value !== undefined && values.includes(value));
  const isAbout = ({ alert, labels: has }: PageContent) =>
    isAny(alerts, alert) && labels.every(([name, value]) => has[name] === value);
  return (page) =>
    isLater(page) &&
    isAny(kinds, page.kind) &&
    isAny(to, page.to) &&
    isAny(wanted, page.state) &&
    isAny(accepted, String(page.accepted)) &&
    ((alerts.length === 0 && labels.length === 0) || page.alerts.some(isAbout));
}

/** `since`: the number of the last page that is known already, or a time. */
function laterThan(since: string | undefined, problems: Problem[]): PageFilter {
  if (since === undefined) return () => true;
  if (/^\d+$/.test(since)) return ({ id }) => id > Number(since);
  const from = /^\d{4}-\d\d-\d\dT/.test(since) ? Date.parse(since) : Number.NaN;
  if (!Number.isNaN(from)) return ({ at }) => Date.parse(at) >= from;
  problems.push({
    where: `since=${since}`,
    message: 'expected the id of a page, or a time such as 2026-03-04T10:31:04Z',
  });
  return () => true;
}
