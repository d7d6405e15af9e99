import { expect } from 'chai';
import type { LogLine } from '../../core/record.ts';
import { logSelectors } from './log-evidence.ts';
import type { LokiReader } from './loki.ts';

const line = (metadata: Record<string, string>): LogLine => ({
  ...{ at: 0, service: '', severity: '', text: '' },
  labels: { service_name: "dev's", ...metadata },
});

/** A Loki of which each tenant has some lines, by the selector that finds them. */
function loki(tenants: Record<string, Record<string, number>>, tenant = 'dev'): LokiReader {
  const own = tenants[tenant] ?? {};
  const fake: Partial<LokiReader> = {
    tenant,
    as: (other) => loki(tenants, other),
    count: async (logs) => own[logs] ?? 0,
    seriesOf: async (selector) => (own[selector] ? [{ service_name: `${tenant}'s` }] : []),
    lines: async (logs) => (own[logs] ? [line({ level: 'ERROR' }), line({ level: 'INFO', user: '7' })] : []),
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

  it('names the stage that lets no line through, and what the lines carry', async () => {
    const tenants = { dev: { '{app="a"}': 9, '{app="a"} |= `x`': 3, '{app="a"} |= `x` | json': 3 } };
    const query = 'sum(rate({app="a"} |= `x` | json | level="error" [1m]))';
    const [found] = await logSelectors(loki(tenants), 'dev', query, { fromMs: 0, toMs: 1 });
    expect(found?.emptied).to.deep.equal({
      ...{ before: '{app="a"} |= `x` | json', stage: '| level="error"', lines: 3 },
    });
    expect(found?.fields).to.deep.equal({ level: ['ERROR', 'INFO'], user: ['7'] });
  });

  it('names the label that `unwrap` does not find', async () => {
    const tenants = { dev: { '{app="a"}': 9, '{app="a"} | json': 9 } };
    const query = 'avg_over_time({app="a"} | json | unwrap duration(took) [5m] offset 1h)';
    const [found] = await logSelectors(loki(tenants), 'dev', query, { fromMs: 0, toMs: 1 });
    expect(found).to.deep.include({ text: '{app="a"} | json | took != ""', series: 0 });
    expect(found?.emptied).to.deep.equal({ before: '{app="a"} | json', stage: '| took != ""', lines: 9 });
  });

  it('is that of each log query once, and of none in what cannot be read', async () => {
    const tenants = { dev: { '{app="a"} |= "[1m]" or "x"': 3, '{app="b"}': 1 } };
    const texts = async (query: string) =>
      (await logSelectors(loki(tenants), 'dev', query, { fromMs: 0, toMs: 1 })).map(({ text }) => text);
    const lines = '{app="a"} |= "[1m]" or "x"';
    expect(
      await texts(`rate(${lines} [1m]) / rate(${lines} [5m]) > 3 unless rate({app="b"}[1m]) # {app="c"}`),
    ).to.deep.equal([lines, '{app="b"}']);
    expect(await texts('rate({app="a"}[1m] as only Loki knows)')).to.deep.equal([]);
  });

  it('says what lines carry as structured metadata where the selector asks for a label', async () => {
    const [found] = await logSelectors(
      loki({ dev: { [every]: 9, '{service_name=~".+",app="a"}': 2 } }),
      'dev',
      'count_over_time({app="a", level="ERROR"}[1m])',
      { fromMs: 0, toMs: 1 },
    );
    expect(found?.unmet).to.deep.equal([{ matcher: 'level="ERROR"', label: 'level', values: [] }]);
    expect(found?.fields?.level).to.deep.equal(['ERROR', 'INFO']);
  });

  it('names the tenant that has such lines when another was asked', async () => {
    const [found] = await asked({ dev: { '{app="a"} |= `x`': 3 } }, 'prod');
    expect(found).to.deep.include({ series: 0, tenant: 'prod', nearest: ['dev'], labelsFound: [] });
  });
});
