import { expect } from 'chai';
import { emptyPanels, panelQueries } from './panel-queries.ts';

const dashboard = {
  templating: { list: [{ name: 'service', current: { value: 'storefront' } }] },
  panels: [
    {
      title: 'Traffic',
      datasource: { uid: 'prometheus' },
      targets: [
        { refId: 'A', expr: 'rate(a{job="$service"}[$__rate_interval])' },
        { refId: 'B', expr: 'hidden', hide: true },
      ],
    },
    {
      type: 'row',
      panels: [{ title: 'Lines', targets: [{ datasource: { uid: 'loki' }, expr: `{s="\${service}"}` }] }],
    },
    { title: 'Text', type: 'text' },
  ],
};

describe('panelQueries', () => {
  it('are those of every panel, with data source and variables', () => {
    expect(panelQueries(dashboard)).to.deep.equal([
      {
        panel: 'Traffic',
        refId: 'A',
        query: {
          refId: 'A',
          datasource: { uid: 'prometheus' },
          expr: 'rate(a{job="storefront"}[$__rate_interval])',
        },
      },
      { panel: 'Lines', refId: 'A', query: { datasource: { uid: 'loki' }, expr: '{s="storefront"}' } },
    ]);
    expect(panelQueries(dashboard, { service: 'orders' })[1]?.query.expr).to.equal('{s="orders"}');
  });
});

describe('emptyPanels', () => {
  const [query] = panelQueries(dashboard);
  if (!query) throw new Error('no query');
  const answered = async (body: unknown, status = 200) =>
    (await emptyPanels([query], { from: 0, to: 60_000 }, async () => ({ status, body }))).map(
      ({ reason }) => reason,
    );
  const frame = (values: readonly (number | null)[]) => ({
    schema: { fields: [{ type: 'time' }, { type: 'number' }] },
    data: { values: [values.map((_, i) => i), values] },
  });

  it('are none where a value came', async () => {
    expect(await answered({ results: { A: { frames: [frame([]), frame([null, 0])] } } })).to.deep.equal([]);
  });
  it('are those without a frame, a row or a number', async () => {
    for (const frames of [[], [frame([])], [frame([null])]]) {
      expect(await answered({ results: { A: { frames } } })).to.deep.equal(['no data']);
    }
  });
  it('are those that fail, with the reason', async () => {
    expect(await answered({ results: { A: { error: 'parse error' } } }, 400)).to.deep.equal(['parse error']);
    expect(await answered({ message: 'not found' }, 404)).to.deep.equal(['{"message":"not found"}']);
  });
  it('asks for the range with the panel’s query', async () => {
    const asked: unknown[] = [];
    await emptyPanels([query], { from: 1000, to: 61_000 }, async (path, body) => {
      asked.push([path, body]);
      return { status: 200, body: {} };
    });
    expect(asked).to.deep.equal([
      [
        '/api/ds/query',
        { from: '1000', to: '61000', queries: [{ intervalMs: 1000, maxDataPoints: 500, ...query.query }] },
      ],
    ]);
  });
});
