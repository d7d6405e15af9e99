import { expect } from 'chai';
import { logSelectors } from './log-evidence.ts';
import type { LokiReader } from './loki.ts';

/** A Loki of which each tenant has some lines, by the selector that finds them. */
function loki(tenants: Record<string, Record<string, number>>, tenant = 'dev'): LokiReader {
  const own = tenants[tenant] ?? {};
  const fake: Partial<LokiReader> = {
    tenant,
    as: (other) => loki(tenants, other),
    count: async (logs) => own[logs] ?? 0,
    seriesOf: async (selector) => (own[selector] ? [{ service_name: `${tenant}'s` }] : []),
  };
  return fake as LokiReader;
}
const every = '{service_name=~".+"}';
const asked = (tenants: Parameters<typeof loki>[0], tenant: string) =>
  logSelectors(loki(tenants), tenant, 'sum(rate({app="a"} |= `x` [1m]))', { fromMs: 0, toMs: 1 });

describe('evidence of log queries', () => {
  it('finds what answers', async () => {
    const tenants = { dev: { '{app="a"}': 1, '{app="a"} |= `x`': 3 } };
    expect(await asked(tenants, 'dev')).to.deep.equal([
      {
        text: '{app="a"} |= `x`',
        metric: '',
        series: 1,
        nearest: [],
        labelsFound: [{ service_name: "dev's" }],
        tenant: 'dev',
      },
    ]);
  });

  it('gives the streams that there are when no line matches', async () => {
    const [found] = await asked({ dev: { [every]: 1 } }, 'dev');
    expect(found).to.deep.include({ series: 0, labelsFound: [{ service_name: "dev's" }] });
    const [noLine] = await asked({ dev: { '{app="a"}': 1 } }, 'dev');
    expect(noLine).to.deep.include({ series: 0, labelsFound: [{ service_name: "dev's" }] });
  });

  it('names the tenant that has such lines when another was asked', async () => {
    const [found] = await asked({ dev: { '{app="a"} |= `x`': 3 } }, 'prod');
    expect(found).to.deep.include({ series: 0, tenant: 'prod', nearest: ['dev'], labelsFound: [] });
  });
});
