import { hostname } from 'node:os';
import { type ReceiverName, receiverKinds } from '../../core/receivers/receivers.ts';
import { clipped, count, oneLine, timeOfDay } from '../../reports/text.ts';
import type { ProxyRequest } from '../../signals/receivers/vendor-hosts/vendor-proxy.ts';
import type { ReceivedPage } from './pages.ts';

/** The settings with which a program reaches the receivers in place of the vendors. */
function proxySettings(url: string, caFile: string): Readonly<Record<string, string>> {
  const { hostname: host } = new URL(url);
  return {
    HTTPS_PROXY: url,
    NO_PROXY: [...new Set(['localhost', '127.0.0.1', host])].join(','),
    SSL_CERT_FILE: caFile,
  };
}

/** An address at which other programs reach this one: one that means every network is replaced by the machine's name. */
export function reachableUrl(url: string): string {
  const { hostname: host, port } = new URL(url);
  const { protocol } = new URL(url);
  return host === '0.0.0.0' || host === '[::]' ? `${protocol}//${hostname()}:${port}` : url;
}

export interface Started {
  readonly url: string;
  readonly caFile: string;
  /** Each kind with its hosts. */
  readonly kinds: ReadonlyMap<ReceiverName, readonly string[]>;
  /** URL of the mail server. */
  readonly mail: string;
  /** Whether other machines can reach it. */
  readonly isOpen: boolean;
}

/** What to do, once the receivers listen. */
export function startedText({ url, caFile, kinds, mail, isOpen }: Started): string {
  const addresses = [...kinds.keys()].map((kind) =>
    [kind.padEnd(12), receiverKinds[kind].smtp ? mail : `${url}/${kind}`].join('  '),
  );
  const width = Math.max(...addresses.map(({ length }) => length));
  const table = [...kinds.values()].map((hosts, i) => {
    const address = addresses[i] ?? '';
    return `  ${hosts.length > 0 ? `${address.padEnd(width)}  for ${hosts.join(', ')}` : address}`;
  });
  return [
    `The receivers listen at ${url} until Ctrl-C.`,
    ...(isOpen ? ['Other machines can reach them, send to them and read what came.'] : []),
    '',
    "With these settings in its environment, a program reaches them in place of the vendors' hosts:",
    ...Object.entries(proxySettings(url, caFile)).map(([name, value]) => `  ${name}=${value}`),
    'Alertmanager needs http_config: { proxy_from_environment: true } besides. The certificate is also at',
    `${url}/ca.pem. Each start makes a new one.`,
    '',
    'Or write these addresses into the configuration, with the path as at the vendor:',
    ...table,
    '',
    `What came: ${url}/pages; as it comes: ${url}/pages/events`,
    '',
  ].join('\n');
}

/** `10:31:04 UTC  Slack #team: HighErrorRate firing (severity=critical); accepted` */
export function pageLine({
  at,
  kind,
  to,
  alerts,
  accepted,
  status,
  answer,
  meaning,
  texts,
}: ReceivedPage): string {
  const outcome = accepted
    ? `accepted${receiverKinds[kind].unjudged ? ', its form is not judged' : ''}`
    : status === 0
      ? `not answered, ${answer}`
      : `REFUSED with ${status}, ${clipped(answer, 120)}${meaning ? `: ${meaning}` : ''}`;
  const name = receiverKinds[kind].title.replace(/^the /, '');
  return `${timeOfDay(Date.parse(at))}  ${oneLine(`${name}${to ? ` ${to}` : ''}: ${contentOf(alerts, texts)}; ${outcome}`)}\n`;
}

function contentOf(alerts: ReceivedPage['alerts'], texts: ReceivedPage['texts'] = []): string {
  const [first, ...others] = alerts;
  if (!first?.alert) {
    const text = texts
      .map((part) => part.text)
      .join(' ')
      .trim();
    return text === '' ? 'a request without a message' : `“${clipped(text, 80)}”`;
  }
  const labels = Object.entries(first.labels)
    .filter(([name]) => name !== 'alertname')
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
  const more = others.length > 0 ? ` and ${count(others.length, 'more alert')}` : '';
  return `${first.alert} ${first.status}${labels ? ` (${clipped(labels, 80)})` : ''}${more}`;
}

/** A request that came to no receiver. */
export const proxyLine = ({ at, method, target, outcome, reason = '' }: ProxyRequest): string =>
  `${timeOfDay(at)}  ${oneLine(`${method} ${target} ${outcome}: ${reason}`)}\n`;
