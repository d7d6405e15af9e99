import { mailOrigin } from '../core/receivers/origins.ts';
import type { ComponentSpec } from '../stacks/component.ts';
import type { PrepareOptions } from './prepare-options.ts';

const placeholder = /\{(config|data(?::[\w-]+)?|host|secret|proxy|mail|ca|direct|home:[\w-]+|port:\d+)\}/g;

/**
 * Fills in the placeholders of `ComponentSpec.args`.
 *
 * @param isOfEnvironment whether it is a variable. Everybody on this machine can read the arguments of a program.
 */
export function fillIn(
  text: string,
  spec: ComponentSpec,
  options: PrepareOptions,
  isOfEnvironment = false,
): string {
  const { name, pod, ready } = spec;
  const { runtime, proxy } = options;
  const valueFor = (what: string): string => {
    const [kind, of = ''] = what.split(':');
    if (kind === 'config') return runtime.paths(name).config;
    if (kind === 'data') return runtime.paths(of || name).data;
    if (kind === 'host') return hostOf(runtime.listenAddress(pod, ready.port));
    if (kind === 'secret') return runtime.secret;
    if (kind === 'proxy') return proxy.url;
    if (kind === 'mail') return new URL(options.origins.get(mailOrigin) ?? mailOrigin).host;
    if (kind === 'ca') return runtime.provideFile(name, proxy.caFile);
    if (kind === 'direct') return directHosts(options).join();
    if (kind === 'home') return runtime.home(name, of);
    return portOf(runtime.listenAddress(pod, Number(of)));
  };
  // What else stands in braces in a user's text is the user's.
  const ofUser = { command: /^(host$|port:|data$)/, image: /^(host$|port:)/ };
  const { kind: program } = spec.program;
  const isForUs = (what: string) =>
    (isOfEnvironment && what === 'secret') ||
    (program === 'command' || program === 'image' ? ofUser[program].test(what) : true);
  return text.replace(placeholder, (whole, what: string) => (isForUs(what) ? valueFor(what) : whole));
}

/** Of `host:port`. */
export const hostOf = (address: string): string => address.split(':')[0] ?? '';
const portOf = (address: string): string => address.split(':')[1] ?? '';

/** Hosts that no component may ask the proxy for, which refuses whatever is no vendor's: its peers, and the receivers. */
function directHosts({ stack, runtime, origins }: PrepareOptions): string[] {
  const peers = stack.components.map(({ pod, ready }) => hostOf(runtime.address(pod, ready.port)));
  const receivers = [...origins.values()].map((origin) => new URL(origin).hostname);
  return [...new Set(['127.0.0.1', 'localhost', ...peers, ...receivers])];
}
