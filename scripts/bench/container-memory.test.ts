import { expect } from 'chai';
import type { DockerApi } from '../../stacks/runtimes/docker/docker-api.ts';
import { containerMemoryOf } from './container-memory.ts';

const run = '20260304-103000-checkout-errors-7f3a';

/** A daemon with containers of these sizes in bytes, the newest first. */
function daemonWith(containers: readonly (readonly [name: string, usage: number])[]) {
  const asked: string[] = [];
  const api: Pick<DockerApi, 'get'> = {
    get: async (path) => {
      asked.push(decodeURIComponent(path));
      const [, id] = /^\/containers\/(\d+)\/stats/.exec(path) ?? [];
      return id === undefined
        ? containers.map(([name], i) => ({ Id: String(i), Names: [`/firedrill-${run}-${name}`] }))
        : { memory_stats: { usage: containers[Number(id)]?.[1], stats: { inactive_file: 10 } } };
    },
  };
  return { api: api as DockerApi, asked };
}

describe('memory of containers', () => {
  it("is listed by component, and includes the holder of the pod's network", async () => {
    const { api } = daemonWith([
      ['orders-sidecar', 60],
      ['orders', 110],
      ['orders-pod', 15],
    ]);
    expect([...(await containerMemoryOf(api, run))]).to.deep.equal([
      ['orders', 105],
      ['orders-sidecar', 50],
    ]);
  });

  it('queries the running containers of the run, and each of them once', async () => {
    const { api, asked } = daemonWith([['loki', 100]]);
    await containerMemoryOf(api, run);
    expect(asked[0]).to.equal(`/containers/json?filters={"label":["firedrill.run=${run}"]}`);
    expect(asked[1]).to.match(/one-shot=1/);
  });
});
