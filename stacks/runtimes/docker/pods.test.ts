import { expect } from 'chai';
import type { ComponentSpec } from '../../component.ts';
import { portsByPod } from './pods.ts';

const component = (name: string, pod: string, ports: readonly number[]): ComponentSpec => ({
  ...{ name, pod, ports, args: [], env: {}, after: [] },
  program: { kind: 'binary', binary: name },
  ready: { kind: 'http', port: ports[0] ?? 0, path: '/' },
});

describe('ports by pod', () => {
  it('are those of all its components, the first of each where the user asked for it', () => {
    const components = [component('app', 'app', [80, 81]), component('sidecar', 'app', [4317, 13133])];
    const found = portsByPod(
      { name: 'tiny', topology: 'sidecar', config: [], components },
      new Map([['sidecar', 20_000]]),
    );
    expect([...found.keys()]).to.deep.equal(['app']);
    expect([...(found.get('app') ?? [])]).to.deep.equal([
      [80, undefined],
      [81, undefined],
      [4317, 20_000],
      [13133, undefined],
    ]);
  });
});
