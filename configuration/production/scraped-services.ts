import type { ComponentSpec } from '../../stacks/component.ts';

/** What is known of the components of a stack when files are adopted. */
export type KnownComponent = Pick<ComponentSpec, 'config'> &
  Partial<Pick<ComponentSpec, 'pod' | 'ports' | 'scrape'>>;

/** A service of the system under drill, as Prometheus scrapes it. */
export interface ScrapedService {
  readonly name: string;
  /** Its instances. */
  readonly pods: readonly string[];
  /** All ports on which its pods listen. */
  readonly ports: readonly number[];
  /** The port with its metrics by its description. Default: the one that a job asks for. */
  readonly declaredPort?: number;
  /** The port with its metrics, if nothing asks for another one. */
  readonly port: number;
  /** Jobs that its description names. */
  readonly jobs: readonly string[];
  /** Labels that its targets have in production, by its description. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A Collector beside a service offers its metrics there. */
const collectorPort = 8889;

/** The services of a stack, with what their descriptions say of scrapes. */
export function scrapedServices(components: readonly KnownComponent[]): ScrapedService[] {
  const pods = Map.groupBy(
    components.filter(({ pod }) => pod !== undefined),
    ({ pod = '' }) => pod,
  );
  const serviceOf = (pod: string): string => {
    const base = pod.replace(/-\d+$/, '');
    return pods.has(base) ? base : pod;
  };
  const services = Map.groupBy(pods.keys(), serviceOf);
  return [...services].map(([name, own]) => {
    const all = own.flatMap((pod) => pods.get(pod) ?? []);
    const ports = [...new Set(all.flatMap((one) => one.ports ?? []))];
    const scrape = all.find((one) => one.scrape)?.scrape;
    const port = ports.find((one) => one === collectorPort) ?? ports[0] ?? 0;
    const { jobs = [], labels = {}, port: declaredPort } = scrape ?? {};
    return { name, pods: own, ports, port, jobs, labels, ...(declaredPort ? { declaredPort } : {}) };
  });
}

/** The port at which a job scrapes a service. @param wanted ports that the job asks for. */
export const portOf = ({ declaredPort, ports, port }: ScrapedService, wanted: readonly number[]): number =>
  declaredPort ?? wanted.find((one) => ports.includes(one)) ?? port;
