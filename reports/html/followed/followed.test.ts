import { expect } from 'chai';
import { monthlyRentRecord, withProof } from '../../testing/monthly-rent/record.ts';
import { sampleLine, sampleTrace, traceId } from '../../testing/monthly-rent/request.ts';
import { refusedDelivery } from '../../testing/monthly-rent/telegram.ts';
import { sampleRecord } from '../../testing/sample-record.ts';
import { all, parseXml } from '../../testing/xml.ts';
import { followed } from './followed.ts';

const shown = (record = monthlyRentRecord()) => followed(record)?.text ?? '';
/** Log line, trace and page, each for itself. */
const columns = (text: string) => text.split('<article').slice(1);

describe('log line, trace and page side by side', () => {
  it('are joined by the trace id, highlighted and linked in each', () => {
    const text = shown();
    expect(text).to.contain('<h2>One failing request in logs, traces and pages</h2>');
    const [log = '', trace = '', page = ''] = columns(text);
    for (const column of [log, trace, page]) expect(column).to.contain(`<mark>${traceId}</mark>`);
    expect(log).to.contain('href="#followed-trace"').and.contain('unexpected error').and.contain('22001');
    expect(trace).to.contain('href="#followed-log"').and.contain('storefront → orders');
    expect(page).to.contain('href="#followed-trace"').and.contain('<b>Bug Report</b>');
    expect(page).to.contain(
      '<code>{resource.service.name=&quot;orders&quot; &amp;&amp; status=error}</code>',
    );
    expect(text).to.contain('page <span>links to it</span>');
    expect(text.match(/✓/g)).to.have.length(2);
  });

  it('draw the trace to scale and mark the span at fault', () => {
    const [drawing = ''] = /<svg[\s\S]*?<\/svg>/.exec(shown()) ?? [];
    const svg = parseXml(drawing);
    const bars = all(svg, 'rect').map(({ attributes: { class: colour, x, width } }) => [colour, x, width]);
    expect(bars).to.have.length(7);
    expect(bars[0]).to.deep.equal(['svc-0', '0%', '100%']);
    expect(bars[6]).to.deep.equal(['svc-1', '27.1%', '58.9%']);
    const culprits = all(svg, 'g').filter(({ attributes }) => attributes.class === 'span culprit error');
    expect(culprits.map((g) => all(g, 'text')[0]?.text)).to.deep.equal(['✗ pg.query:INSERT firedrill']);
    expect(shown()).to.contain('<p class="error-text">value too long for type character varying(5)</p>');
    expect(shown()).to.contain('<pre>INSERT INTO searches');
  });

  it('limit a long trace, but keep the path to the culprit', () => {
    const small = Array.from({ length: 60 }, (_, i) =>
      sampleTrace.spans
        .slice(1, 2)
        .map((span) => ({ ...span, spanId: `s${i}`, parentId: 'b2', durationMs: 0.1 })),
    ).flat();
    const trace = { traceId, spans: [...sampleTrace.spans, ...small] };
    const text = shown(withProof({ kind: 'trace', asked: traceId, found: 1, trace }));
    expect(text.match(/<g class="span/g)).to.have.length(24);
    expect(text).to.contain('43 spans not shown').and.contain('✗ pg.query:INSERT firedrill');
  });

  it('say what is missing', () => {
    const { traceId: _, ...untraced } = sampleLine;
    const noId = shown(withProof({ kind: 'log', total: 1, untraced: 1, lines: [untraced] }));
    expect(noId).to.contain('This line has no trace_id').and.contain('log line <span>without it</span>');
    const neither = withProof(
      { kind: 'trace', asked: '{}', found: 0 },
      'trace',
      withProof({ kind: 'log', total: 0, untraced: 0, lines: [] }),
    );
    expect(shown(neither)).to.contain('Neither a log line nor a trace has a trace_id');
    expect(shown(monthlyRentRecord({ pages: [] }))).to.contain('No expected page arrived.');
    const refused = shown(monthlyRentRecord({ pages: [], deliveries: [refusedDelivery] }));
    expect(refused).to.contain('Telegram refused it.').and.contain('can&#39;t parse entities');
  });

  it('say whether a page names the trace', () => {
    const record = monthlyRentRecord();
    const [delivery] = record.deliveries;
    const text = `see ${traceId}`;
    const naming = delivery && { ...delivery, body: text, message: { text, entities: [] } };
    const [, , page = ''] = columns(shown({ ...record, deliveries: naming ? [naming] : [] }));
    expect(page)
      .to.contain(`see <mark>${traceId}</mark>`)
      .and.contain('The page contains the trace_id <a href="#followed-trace">');
    const pages = record.pages.map((one) => ({ ...one, links: [] }));
    expect(shown({ ...record, pages })).to.contain('The page does not contain the trace_id.');
  });

  it('show a page of another receiver as its card, and two columns without a log proof', () => {
    const { proofs, ...scenario } = monthlyRentRecord().scenario;
    const held = sampleRecord();
    const record = monthlyRentRecord({
      scenario: { ...scenario, expectations: held.scenario.expectations, proofs: proofs.slice(1, 2) },
      pages: held.pages,
      deliveries: held.deliveries,
    });
    const evidence = record.evidence && { ...record.evidence, proofs: record.evidence.proofs.slice(1, 2) };
    const text = shown(evidence ? { ...record, evidence } : record);
    expect(columns(text)).to.have.length(2);
    expect(text).to.contain('class="page slack firing"').and.not.contain('#followed-log');
  });

  it('have no page if none is expected', () => {
    const { scenario } = monthlyRentRecord();
    const text = shown(monthlyRentRecord({ scenario: { ...scenario, expectations: [] } }));
    expect(columns(text)).to.have.length(2);
    expect(text).to.not.contain('followed-page');
  });

  it('are not there where nothing was asked of logs and traces', () => {
    expect(followed(sampleRecord())).to.equal(undefined);
  });
});
