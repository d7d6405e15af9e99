import { badInput, FiredrillError, messageOf, type Problem } from '../../core/errors.ts';
import type { HttpResponse } from '../../core/http.ts';
import type { BackEndName } from '../../core/staging.ts';
import { clientOf, isNoSuchPath } from '../../signals/readers/http.ts';
import type { Staging } from './staging.ts';
import { addressIn, portOf } from './staging-spec.ts';

/** What a component with Prometheus' API needs besides, by the paths that not all of them have. */
const rulesHint =
  'its rules must be read there: for Thanos name a Query with --endpoint of the rulers, or a Ruler; for VictoriaMetrics start it with -vmalert.proxyURL; for Mimir add /prometheus to the path';
const configurationHint =
  'it shows no prometheus.yml, as Mimir and Thanos do not: name that of the Prometheus which writes to it by prometheus.config';

/** Hints for a path that a component does not have; otherwise its `url` is wrong. */
const absent: Readonly<Record<string, string>> = {
  '/api/v1/rules': rulesHint,
  '/api/v1/alerts': rulesHint,
  '/api/v1/status/config': configurationHint,
};

/** Requests that every version of a component answers with JSON, and only to those who may read it. */
const questions: Readonly<Record<BackEndName, readonly string[]>> = {
  prometheus: ['/api/v1/query?query=vector(1)', '/api/v1/rules', '/api/v1/alerts', '/api/v1/status/config'],
  alertmanager: ['/api/v2/status'],
  // Each needs a permission of its own.
  grafana: [
    '/api/v1/provisioning/policies',
    '/api/v1/provisioning/contact-points',
    '/api/ruler/grafana/api/v1/rules',
    '/api/alertmanager/grafana/config/api/v1/receivers',
    '/api/datasources',
  ],
  loki: ['/loki/api/v1/labels'],
  tempo: ['/api/search?limit=1'],
};

const withinMs = 10_000;

/** Problems of a component that cannot be read, by whether the description of the staging is wrong or the staging is down. */
interface Found {
  readonly wrong: readonly Problem[];
  readonly down: readonly Problem[];
}

/**
 * Asks every component of a staging what only those are answered who may read it, before anything is changed.
 *
 * @throws FiredrillError with the problems of all components: `bad-input` if the description is wrong, else `broken`.
 */
export async function probe(staging: Staging, signal: AbortSignal): Promise<void> {
  const found = await Promise.all(
    [...staging.identities.keys()].map((name) => probeOne(name, staging, signal)),
  );
  const [wrong, down] = [found.flatMap((one) => one.wrong), found.flatMap((one) => one.down)];
  if (wrong.length > 0) throw new FiredrillError('bad-input', [...wrong, ...down]);
  if (down.length > 0) throw new FiredrillError('broken', down);
}

/** The problem with the first question that is not answered. */
async function probeOne(name: BackEndName, staging: Staging, signal: AbortSignal): Promise<Found> {
  for (const question of questions[name]) {
    if (question === '/api/v1/status/config' && staging.prometheusConfig !== undefined) continue;
    const found = await ask(name, question, staging, signal);
    if (found.wrong.length + found.down.length > 0) return found;
  }
  return { wrong: [], down: [] };
}

async function ask(
  name: BackEndName,
  question: string,
  staging: Staging,
  signal: AbortSignal,
): Promise<Found> {
  const { whereOf } = staging;
  const at = (...keys: string[]) => whereOf([name, ...keys]);
  const wrong = (where: string, message: string, hint: string): Found => ({
    wrong: [{ where, message, hint }],
    down: [],
  });
  const address = addressIn(staging, name, portOf(name));
  const asked = `${address}${question}`;
  const limit = AbortSignal.timeout(withinMs);
  let response: HttpResponse<string>;
  try {
    response = await clientOf(address, staging.identities.get(name) ?? {}).get<string>(question, {
      signal: AbortSignal.any([signal, limit]),
      headers: { accept: 'application/json' },
    });
  } catch (error) {
    signal.throwIfAborted();
    const code = codeOf(error);
    // OpenSSL's own text has several lines and addresses of its memory.
    const told = /^(ERR_SSL|EPROTO)/.test(code) ? code : messageOf(error);
    if (isTlsProblem(code, told)) return wrong(at('tls'), `${address}: ${told}`, tlsHint(code));
    const why = limit.aborted ? `no answer within ${withinMs / 1000} s` : messageOf(error);
    return { wrong: [], down: [{ where: at('url'), message: `${asked}: cannot be reached: ${why}` }] };
  }
  const { status, headers, data } = response;
  const { location } = headers as { location?: string };
  if (status === 401 || status === 403)
    return wrong(
      at(),
      `${asked} answered ${status}: it does not accept who we are`,
      'has the token expired, and may it read this? look at bearer, basic and headers',
    );
  if (status >= 300 && status < 400)
    return wrong(
      at('url'),
      `${asked} answered ${status}, a redirect to ${hostOf(location)}; no redirect is followed`,
      'name the address to which it leads, or the token without which it leads to a login',
    );
  if (/^\s*</.test(data))
    return wrong(
      at('url'),
      `${asked} answered ${status} with a web page, such as that of a login, and not with JSON`,
      'does a proxy ask for a login? name the address of the API and a token',
    );
  const hint = absent[question];
  if (hint !== undefined && isNoSuchPath(response)) return wrong(at('url'), `${asked} is not there`, hint);
  if (status === 404)
    return wrong(
      at('url'),
      `${asked} answered 404`,
      `name the whole path below which the API of ${name} is, e.g. https://host/${name}`,
    );
  if (status > 299)
    return { wrong: [], down: [{ where: at('url'), message: `${asked} answered ${status}: ${line(data)}` }] };
  try {
    JSON.parse(data);
    return { wrong: [], down: [] };
  } catch {
    return wrong(at('url'), `${asked} did not answer with JSON: ${line(data)}`, `is that ${name}?`);
  }
}

const line = (text: string) => text.trim().split('\n', 1)[0]?.slice(0, 200) || '(empty)';

const hostOf = (location = ''): string => URL.parse(location)?.host ?? 'another path';

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** Codes of OpenSSL and Node.js for a certificate that is not accepted, or that the server misses. */
const isTlsProblem = (code: string, message: string): boolean =>
  /CERT|ERR_TLS|ERR_SSL|UNABLE_TO|SELF_SIGNED|EPROTO/.test(code) || /\b(ssl|tls) alert\b/i.test(message);

function tlsHint(code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'name the name in its certificate by tls.name';
  if (/EPROTO|ERR_SSL/.test(code))
    return 'does it ask for a certificate of ours (tls.cert, tls.key)? is it HTTPS at all?';
  return 'name the file of the authority of its certificate by tls.ca';
}

/**
 * @throws FiredrillError `bad-input` when Prometheus has neither series nor rules (another tenant, say), or when there are no
 * rules at all.
 */
export function refuseEmpty(
  staging: Pick<Staging, 'prometheus' | 'grafana' | 'whereOf'>,
  { series, rules }: { readonly series: number; readonly rules: number },
): void {
  if (rules > 0) return;
  if (series > 0) {
    if (staging.grafana) return;
    throw badInput({
      where: staging.whereOf(['prometheus']),
      message: 'it has no rules, and there is no grafana: there is no alert to drill',
      hint: rulesHint,
    });
  }
  const { headers } = staging.prometheus;
  const tenant = Object.entries(headers).find(([name]) => /orgid|tenant/i.test(name));
  throw badInput({
    where: staging.whereOf(['prometheus']),
    message: 'it has no rules, and no series `up`: there is nothing to drill',
    hint: tenant
      ? `is the tenant right (${tenant[0]})?`
      : 'is it the right one? one with several tenants needs a header such as X-Scope-OrgID',
  });
}
