import { type BackEndName, backEndNames } from '../../core/staging.ts';
import type { ComponentSpec, StackSpec } from '../../stacks/component.ts';
import type { Staging } from './staging.ts';

/** The ports of the components in a stack, by which everything else asks for their addresses. */
const ports: Readonly<Record<BackEndName, number>> = {
  prometheus: 9090,
  alertmanager: 9093,
  grafana: 3000,
  loki: 3100,
  tempo: 3200,
};

export const portOf = (name: BackEndName): number => ports[name];

/** The components of a staging and its services, as a stack. */
export function stagingSpec(staging: Staging): StackSpec {
  return {
    name: stackNameOf(staging),
    topology: 'sidecar',
    config: [],
    components: [
      ...backEndNames.filter((name) => staging[name]).map((name) => attached(name, [ports[name]])),
      ...Object.entries(staging.services).map(([name, own]) => attached(name, Object.keys(own).map(Number))),
    ],
  };
}

/** Which stack a staging is like: `full` has logs or traces. */
export const stackNameOf = ({ loki, tempo }: Pick<Staging, 'loki' | 'tempo'>) =>
  loki || tempo ? 'full' : 'metrics';

const attached = (name: string, own: readonly number[]): ComponentSpec => ({
  name,
  pod: name,
  program: { kind: 'attached' },
  args: [],
  env: {},
  ports: own,
  ready: { kind: 'tcp', port: own[0] ?? 0 },
  after: [],
});

/** The address of a component or service, without a slash at the end. @throws Error for one that it does not have. */
export function addressIn(staging: Staging, pod: string, port: number): string {
  const name = backEndNames.find((one) => one === pod);
  const address = name ? staging[name]?.url : staging.services[pod]?.[port];
  if (address === undefined) throw new Error(`the staging has no ${pod}:${port}`);
  return address.replace(/\/+$/, '');
}
