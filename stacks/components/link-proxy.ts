import { linkAdminPort } from '../../core/link-fault.ts';
import type { SystemLink } from '../../core/system.ts';
import type { ComponentSpec } from '../component.ts';
import { appImage } from './app.ts';
import { toxiproxy } from './toxiproxy.ts';

/** The first port of a link. */
const firstPort = 22_001;

/** A link with the ports of its proxies. */
export interface PlacedLink extends SystemLink {
  readonly name: string;
  /** Port in the pods `toxiproxy` and `link-proxy`. */
  readonly port: number;
  /** `service:port` that it leads to. */
  readonly to: string;
}

export const placedLinks = (
  links: Readonly<Record<string, SystemLink>>,
  to: (link: SystemLink) => string,
): PlacedLink[] =>
  Object.entries(links).map(([name, link], i) => ({ ...link, name, port: firstPort + i, to: to(link) }));

/** The proxies of a link, in the order in which a connection passes them. */
export const proxiesOf = ({ protocol }: PlacedLink): string[] =>
  protocol === 'http' ? ['link-proxy', 'toxiproxy'] : ['toxiproxy'];

/** `pod:port` of the first proxy of a link, which its service connects to instead of the other service. */
export const entryOf = (link: PlacedLink): string => `${proxiesOf(link)[0]}:${link.port}`;

/** The proxies of the links: every link passes toxiproxy, and a link of HTTP passes the link proxy before it. */
export function linkProxies(links: readonly PlacedLink[]): ComponentSpec[] {
  if (links.length === 0) return [];
  const http = links.filter(({ protocol }) => protocol === 'http');
  return [
    { ...toxiproxy, ports: [8474, ...links.map(({ port }) => port)] },
    ...(http.length === 0
      ? []
      : [
          {
            name: 'link-proxy',
            pod: 'link-proxy',
            program: { kind: 'node', entry: 'stacks/link-proxy/main.ts', imports: [] },
            image: appImage,
            args: [
              `--admin={host}:{port:${linkAdminPort}}`,
              ...http.map(({ name, port }) => `--link=${name},localhost:${port},toxiproxy:${port}`),
            ],
            env: {},
            ports: [linkAdminPort, ...http.map(({ port }) => port)],
            ready: { kind: 'http', port: linkAdminPort, path: '/health' },
            isForFaults: true,
            // It connects to toxiproxy at a request only, and so both start at once.
            after: [],
          } satisfies ComponentSpec,
        ]),
  ];
}

/** toxiproxy's file: a proxy for each link. */
export const toxiproxyFile = (links: readonly PlacedLink[]): string =>
  JSON.stringify(
    links.map(({ name, port, to }) => ({ name, listen: `localhost:${port}`, upstream: to, enabled: true })),
  );
