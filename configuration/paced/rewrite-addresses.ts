import { isStandIn } from '../../core/receivers/origins.ts';
import type { ComponentSpec, StackSpec } from '../../stacks/component.ts';
import type { Runtime } from '../../stacks/runtimes/runtime.ts';
import { strangerAddress } from '../confined/confine-address.ts';

/** Rewrites the addresses in a text for one component. */
export type RewriteAddresses = (text: string) => string;

/** What the addresses in a configuration as it is written become. */
type Addresses = Pick<Runtime, 'address' | 'localAddress' | 'listenAddress'> & {
  /** Of a port of `localhost` on which nothing of the pod listens; without it, what is written stays. */
  readonly strangerAddress?: (host: string, port: number) => string;
};

/** Origins that answer elsewhere in a run, by how they are written: https://hooks.slack.com → http://127.0.0.1:20001. */
export type Origins = ReadonlyMap<string, string>;

/**
 * Makes `pod:port`, `localhost:port` of the component's own pod, and known origins real.
 *
 * @returns the rewriter of one component. It throws an Error for a port on which nothing of the stack listens.
 */
export function addressRewriterFor(
  spec: ComponentSpec,
  { components }: StackSpec,
  to: Addresses,
  origins: Origins,
): RewriteAddresses {
  const portsOf = new Map<string, Set<number>>();
  for (const { pod, ports } of components) {
    portsOf.set(pod, new Set([...(portsOf.get(pod) ?? []), ...ports]));
  }
  const names = [...portsOf.keys(), 'localhost', '127\\.0\\.0\\.1', '0\\.0\\.0\\.0'].join('|');
  const pattern = new RegExp(`(?<![\\w.-])(${names}):(\\d+)\\b`, 'g');
  // Grafana reaches the vendors' hosts by their own names, through the proxy.
  const known = [...origins].filter(([origin]) => spec.config !== 'grafana' || isStandIn(origin));
  const redirects = Object.entries(spec.redirects ?? {});
  return (written) => {
    const text = redirects.reduce(
      (last, [from, other]) =>
        last.replace(new RegExp(`(?<![\\w.-])${RegExp.escape(from)}\\b`, 'g'), () => other),
      written,
    );
    let result = text.replace(pattern, (whole, host: string, digits: string) => {
      const port = Number(digits);
      if (portsOf.has(host)) {
        if (portsOf.get(host)?.has(port)) return to.address(host, port);
        throw new Error(
          `nothing listens on ${whole}; ${host} has ${[...(portsOf.get(host) ?? [])].join(', ')}`,
        );
      }
      if (spec.ports.includes(port)) return to.listenAddress(spec.pod, port);
      if (portsOf.get(spec.pod)?.has(port)) return to.localAddress(spec.pod, port);
      return to.strangerAddress?.(host, port) ?? whole;
    });
    // Not within a longer host: https://slack.com is no part of https://slack.com.example.
    for (const [from, origin] of known)
      result = result.replace(new RegExp(`${RegExp.escape(from)}(?![\\w.:-])`, 'g'), () => origin);
    return result;
  };
}

/** `pod:port` of the components that take webhooks. */
export const webhookTargets = ({ components }: Pick<StackSpec, 'components'>): ReadonlySet<string> =>
  new Set(
    components.flatMap(({ pod, ports, takesWebhooks = false }) =>
      takesWebhooks ? ports.map((port) => `${pod}:${port}`) : [],
    ),
  );

/**
 * The same as if the whole run listened on loopback: what a configuration leads to is judged by this, alike for every
 * runtime and whatever its names for the machine are.
 */
export const loopbackRewriterFor = (
  spec: ComponentSpec,
  stack: StackSpec,
  origins: Origins,
): RewriteAddresses =>
  addressRewriterFor(
    spec,
    stack,
    // As processes, all pods are on the loopback of this machine, where other programs listen too.
    { address: loopback, localAddress: loopback, listenAddress: loopback, strangerAddress },
    new Map([...origins].map(([from, to]) => [from, `http://127.0.0.1:${new URL(to).port}`])),
  );

const loopback = (_: string, port: number) => `127.0.0.1:${port}`;
