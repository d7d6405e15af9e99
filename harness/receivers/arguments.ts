import type { Problem } from '../../core/errors.ts';
import { readOptions } from '../../core/options.ts';
import { type ReceiverName, receiverKinds, receiverNames } from '../../core/receivers/receivers.ts';
import { nameHint } from '../../core/similar-names.ts';
import type { ListenOptions } from '../../signals/receivers/http-server.ts';

const defaultAddress = { bind: '127.0.0.1', port: 9199 };

export const usage = `usage: firedrill receivers [--listen HOST:PORT] [options]

Runs the emulated receivers by themselves, for a stack that is already there, until Ctrl-C: Slack, PagerDuty, Telegram,
webhook, and each other kind that Alertmanager and Grafana know. It prints the proxy settings with which they reach them
in place of the vendors, and each page as it comes.

  --listen HOST:PORT  where to listen (default ${defaultAddress.bind}:${defaultAddress.port}: this machine only). 0.0.0.0 is every network of this
                      machine, port 0 any free one
  --config DIR        what the receivers know, as in a drill: DIR/receivers/telegram.yml, slack.yml and so on. Without
                      it each accepts any well-formed address
  --host KIND=HOST    lead another host to a receiver, e.g. webhook=alerts.example.org; may be repeated
  --json              print each page as one line of JSON on standard output
  --help

Exit code: 0 ended by Ctrl-C, 2 bad input, 3 it cannot listen.
`;

export const options = {
  listen: { type: 'string' },
  config: { type: 'string' },
  host: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export interface ReceiversArguments {
  readonly listen: Required<ListenOptions>;
  readonly config?: string;
  /** Hosts besides those of the vendors, each with the kind that it leads to. */
  readonly hosts: ReadonlyMap<string, ReceiverName>;
  readonly json: boolean;
  readonly help: boolean;
}

/** @returns the arguments, with the default in place of a wrong value, and every problem of the command line. */
export function findArguments(args: readonly string[]): {
  readonly given: ReceiversArguments;
  readonly problems: readonly Problem[];
} {
  const line = readOptions(args, options, {
    help: 'firedrill receivers --help',
    positionalError: 'unexpected argument',
  });
  const config = line.text('config');
  const problems = [...line.problems];
  const given = {
    listen: listenIn(line.text('listen'), problems),
    hosts: hostsIn(line.all('host'), problems),
    json: line.has('json'),
    help: line.has('help'),
    ...(config === undefined ? {} : { config }),
  };
  return { given, problems };
}

function listenIn(text: string | undefined, problems: Problem[]): Required<ListenOptions> {
  if (text === undefined) return defaultAddress;
  const found = addressIn(text);
  if (!('port' in found)) problems.push({ where: `--listen ${text}`, ...found });
  return 'port' in found ? found : defaultAddress;
}

/** Reads HOST:PORT, or says what is wrong with it. */
export function addressIn(text: string): Required<ListenOptions> | Omit<Problem, 'where'> {
  const [, bracketed, plain, digits] = /^(?:(?:\[([\da-f:.]+)\]|([\w.-]+)):)?(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (port <= 65_535) return { bind: bracketed ?? plain ?? defaultAddress.bind, port };
  return {
    message: 'expected HOST:PORT with a port from 0 to 65535',
    hint: `e.g. ${defaultAddress.bind}:${defaultAddress.port} for this machine only, 0.0.0.0:${defaultAddress.port} for every network, [::1]:${defaultAddress.port}`,
  };
}

const hostPattern = /^(?=.{1,253}$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)*[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/;

function hostsIn(texts: readonly string[], problems: Problem[]): Map<string, ReceiverName> {
  const ofVendors = new Map(
    receiverNames.flatMap((kind) => receiverKinds[kind].hosts.map((host) => [host, kind] as const)),
  );
  const hosts = new Map<string, ReceiverName>();
  for (const text of texts) {
    const where = `--host ${text}`;
    const [, word = '', name = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    const host = name.toLowerCase();
    const kind = receiverNames.find((known) => known === word);
    const other = ofVendors.get(host) ?? hosts.get(host);
    if (word === '') problems.push({ where, message: 'expected KIND=HOST, e.g. webhook=alerts.example.org' });
    else if (!kind)
      problems.push({
        where,
        message: `there is no receiver "${word}"`,
        hint: nameHint(word, receiverNames),
      });
    if (word !== '' && (!hostPattern.test(host) || /^[\d.]+$/.test(host)))
      problems.push({
        where,
        message: `"${name}" is not the name of a host`,
        hint: 'name it without https://, port and path',
      });
    else if (kind && other !== undefined && other !== kind)
      problems.push({ where, message: `this host leads to ${other} already` });
    else if (kind) hosts.set(host, kind);
  }
  return hosts;
}
