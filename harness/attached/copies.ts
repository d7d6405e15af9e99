import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { maps } from '../../configuration/files/yaml.ts';
import { badInput, broken, messageOf } from '../../core/errors.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { Scope } from '../../core/scope.ts';
import { nameHint } from '../../core/similar-names.ts';
import { copyUrl } from '../../core/staging.ts';
import type { GrafanaReader } from '../../signals/readers/grafana.ts';
import { type HttpReader, httpReader } from '../../signals/readers/http.ts';
import type { Change, Notes } from './notes.ts';
import type { Staging } from './staging.ts';
import { addressIn, portOf } from './staging-spec.ts';

/*
 * Copies of the pages of Grafana's contact points: a webhook that leads to the emulated receivers is added to the contact
 * point for the time of a drill. Routes and other notifiers stay as they are. Formats:
 * https://grafana.com/docs/grafana/latest/developers/http_api/alerting_provisioning/
 */

const path = '/api/v1/provisioning/contact-points';

/** A webhook that is added to a contact point. */
export type Copy = Extract<Change, { readonly kind: 'copy' }>;

/** An integration of a contact point, as the API gives it. */
const integrations = z.array(z.looseObject({ uid: z.string(), name: z.string() }));

/** Grafana takes up a changed configuration once a minute by default. */
const inForceWithinMs = 150_000;
const takeAwayWithinMs = 30_000;

/** Makes the copies that a staging asks for. None of them is added yet. */
export const copiesOf = ({ grafana }: Pick<Staging, 'grafana'>): Copy[] =>
  (grafana?.copies?.of ?? []).map((contactPoint) => ({
    kind: 'copy',
    contactPoint,
    uid: `firedrill-${randomBytes(6).toString('hex')}`,
    url: copyUrl(grafana?.copies?.to ?? '', contactPoint),
  }));

/** A copy as the API takes it. A resolution is sent unless no other notifier of the contact point sends one. */
function integrationOf({ contactPoint: name, uid, url }: Copy, contactPoints: unknown) {
  const others = maps(contactPoints).filter((one) => one.name === name);
  return {
    ...{ uid, name, type: 'webhook', settings: { url, httpMethod: 'POST' } },
    disableResolveMessage: others.every(({ disableResolveMessage }) => disableResolveMessage === true),
  };
}

/**
 * What the API gives of the contact points when the copies are there.
 *
 * @param contactPoints what it gives without them.
 * @throws FiredrillError `bad-input` for contact points that are not there.
 */
export function withCopies(
  contactPoints: unknown,
  copies: readonly Copy[],
  { whereOf }: Pick<Staging, 'whereOf'>,
): unknown {
  const names = [...new Set(maps(contactPoints).map(({ name }) => String(name)))];
  const problems = copies.flatMap(({ contactPoint }, i) =>
    names.includes(contactPoint)
      ? []
      : [
          {
            where: whereOf(['grafana', 'copies', 'of', i]),
            message: `Grafana has no contact point ${JSON.stringify(contactPoint)}`,
            hint: nameHint(contactPoint, names),
          },
        ],
  );
  if (problems.length > 0) throw badInput(...problems);
  // The uid is another one in every drill, and the configuration the same.
  const own = copies.map((copy) => ({ ...integrationOf(copy, contactPoints), uid: 'firedrill' }));
  return copies.length === 0 ? contactPoints : [...maps(contactPoints), ...own];
}

/**
 * Adds the copies, and waits until Grafana's running Alertmanager has them. Each is noted before it is added, and taken
 * away when the scope closes.
 *
 * @param contactPoints what the API gives without the copies.
 * @throws FiredrillError `broken` when Grafana does not take one, or does not take it up in time.
 */
export async function addCopies(
  copies: readonly Copy[],
  contactPoints: unknown,
  staging: Staging,
  {
    reader,
    notes,
    scope,
    signal,
  }: {
    readonly reader: Pick<GrafanaReader, 'contactPoints'>;
    readonly notes: Notes;
    readonly scope: Scope;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  if (copies.length === 0) return;
  const http = writer(staging, signal);
  for (const copy of copies) {
    const { contactPoint, uid } = copy;
    scope.defer(
      `take the copy of contact point ${contactPoint} away`,
      async () => {
        await takeAway(copy, staging, AbortSignal.timeout(takeAwayWithinMs));
        await notes.strike(copy);
      },
      takeAwayWithinMs + 1_000,
    );
    await notes.add(copy);
    await http.post(path, integrationOf(copy, contactPoints));
    if ((await integrationsOf(http)).every((one) => one.uid !== uid))
      throw broken(
        'grafana',
        `it has taken a webhook for contact point ${contactPoint}, but does not show it as ${uid}`,
        'this version chooses uids itself: find the webhook by its address and remove it, and leave out grafana.copies',
      );
  }
  const configured = (name: string) => maps(contactPoints).filter((one) => one.name === name).length;
  await until(
    'the copies of pages',
    async () => {
      const running = await reader.contactPoints();
      const missing = copies.filter(({ contactPoint: name }) => {
        const own = running.find((point) => point.name === name)?.integrations ?? [];
        return own.length <= configured(name);
      });
      return missing.length === 0
        ? met(true)
        : notYet(
            `Grafana has not taken up ${missing.map(({ contactPoint }) => contactPoint).join(', ')} yet`,
          );
    },
    { where: 'grafana', withinMs: inForceWithinMs, everyMs: 500, signal },
  );
}

/**
 * Takes a copy away; nothing is done where it is not there.
 *
 * @throws FiredrillError `broken` when it is still there, with what a person can do.
 */
export async function takeAway(copy: Copy, staging: Staging, signal: AbortSignal): Promise<void> {
  const { uid, contactPoint, url } = copy;
  const hint = `undo it by hand: remove the webhook to ${url} (uid ${uid}) from contact point ${contactPoint}`;
  if (!staging.grafana)
    throw broken(staging.whereOf([]), 'it names no grafana any more, in which a webhook is left', hint);
  try {
    const http = writer(staging, signal);
    const isThere = async () => (await integrationsOf(http)).some((one) => one.uid === uid);
    if (!(await isThere())) return;
    await http.remove(`${path}/${uid}`);
    if (await isThere()) throw new Error('it is still there');
  } catch (error) {
    throw broken(
      'grafana',
      `the webhook of contact point ${contactPoint} is left: ${messageOf(error)}`,
      hint,
    );
  }
}

const integrationsOf = (http: HttpReader) => http.json(path, integrations);

/** Without provenance, so that what is left after all can be removed in Grafana's own pages. */
function writer(staging: Staging, signal: AbortSignal): HttpReader {
  const { headers, ...identity } = staging.identities.get('grafana') ?? {};
  return httpReader('grafana', addressIn(staging, 'grafana', portOf('grafana')), signal, {
    ...identity,
    headers: { ...headers, 'x-disable-provenance': 'true' },
  });
}
