import { expect } from 'chai';
import pc from 'picocolors';
import { type GateFinding, type GateOutcome, gateOutcomes } from '../../core/gate.ts';
import { all, parseXml } from '../testing/xml.ts';
import { gateBadge } from './badge.ts';
import { gateLines } from './console.ts';
import { gateJson } from './json.ts';
import { gateJunit } from './junit.ts';
import { gateMarkdown } from './markdown.ts';
import { gateSarif } from './sarif.ts';
import { findingHint, findingText, gateClosing, kindWords } from './sentence.ts';
import type { PlacedResult } from './told.ts';

const page = { scenario: 'web-down', alert: 'WebDown', receiver: 'pagerduty' } as const;
const where = 'monitoring/prometheus/rules/web.yml:4: groups[web].rules[WebDown]';

/** One finding of each kind, and its sentence. */
const findings: readonly (readonly [GateFinding, string])[] = [
  [
    { kind: 'lost-scenario', scenario: 'stock-fails' },
    'the baseline has drills of stock-fails, and the set does not have this scenario',
  ],
  [
    { kind: 'lost-expectation', ...page },
    'web-down no longer expects WebDown at PagerDuty, and did so in the baseline',
  ],
  [
    {
      kind: 'lost-alert',
      ...page,
      drills: 2,
      of: 3,
      lostAt: 'page received',
      cause: 'it was routed elsewhere',
    },
    'WebDown at PagerDuty did not arrive in 2 of 3 drills of web-down, lost at “page received”: it was routed elsewhere',
  ],
  [
    { kind: 'renamed-alert', ...page, to: 'WebGone', by: 'page' },
    'WebDown at PagerDuty has been renamed to WebGone: a page of that name came instead, which nobody expected',
  ],
  [
    { kind: 'new-noise', scenario: 'web-down', alert: 'Other', receiver: 'slack', drills: 1, of: 1 },
    'Other paged Slack, and nobody expected it, in the drill of web-down',
  ],
  [
    {
      kind: 'late-alert',
      ...page,
      contactPoint: 'pd-web',
      mttdMs: 17_000,
      targetMs: 16_000,
      drills: 1,
      of: 3,
    },
    'WebDown at PagerDuty (pd-web) arrived too late in 1 of 3 drills of web-down, after 17 s; its target is 16 s',
  ],
  [
    {
      ...{ kind: 'slower-alert', ...page, changed: ['rule', 'route'] },
      measured: { nowMs: 11_000, beforeMs: 7_000, allowedMs: 2_400 },
      floor: { nowMs: 10_000, beforeMs: 6_000, allowedMs: 300 },
    },
    'WebDown at PagerDuty has become slower in web-down: the median of its MTTD is 11 s instead of 7 s, and at most 2.4 s more would be chance; the configuration alone takes 10 s in the mean instead of 6 s; its rule and its route have changed',
  ],
  [
    { kind: 'loosened-expectation', ...page, labels: { team: 'web' }, through: 'pd-web' },
    'web-down no longer demands the label team="web" and the contact point pd-web of WebDown at PagerDuty, and did so in the baseline',
  ],
  [
    { kind: 'lost-hop', ...page, hop: 'sample stored' },
    'no drill of web-down shows the hop “sample stored” of WebDown at PagerDuty, and every drill of the baseline does',
  ],
  [
    { kind: 'lost-check', scenario: 'web-down', id: 'log/proof', check: 'proof' },
    'web-down no longer makes the check “the proof” (log/proof), and did so in the baseline',
  ],
  [
    { kind: 'failed-check', scenario: 'web-down', id: 'x', check: 'labels', page, drills: 1, of: 2 },
    'the check “the labels” of WebDown at PagerDuty failed in 1 of 2 drills of web-down',
  ],
  [
    { kind: 'too-few-proven', required: 0.8, proven: 8, alerts: 12 },
    '8 of 12 alerts (66.7 %) are proven to page; 80 % are required',
  ],
];

const result = (changes: Partial<PlacedResult> = {}): PlacedResult => ({
  ...{ set: 'default', outcome: 'red', at: 0, planned: 3, withoutBaseline: [] },
  baseline: { file: 'gate.jsonl', drills: 3, notHeld: 0, onOtherTerms: 0, versions: [] },
  drills: [
    {
      ...{ run: 'run-1', scenario: 'web-down', outcome: 'pass', tookMs: 60_000, pace: 'fast' },
      stack: { name: 'metrics', topology: 'sidecar', runtime: 'process', with: [] },
    },
  ],
  pages: [
    {
      ...{ ...page, arrived: { drills: 1, of: 1 }, mttdMs: 7_000, beforeMs: 6_500, allowedMs: 2_400 },
      floor: { best: 6_000, mean: 7_000, worst: 8_000 },
    },
  ],
  findings: findings.map(([finding]) => ({ finding, where })),
  ...changes,
});

const hostile = '</script>|`*\u001b[31m\u202e"&\n## x';

describe('what the gate tells', () => {
  it('is a sentence for each finding, and what to do', () => {
    expect(findings.map(([{ kind }]) => kind)).to.have.members(Object.keys(kindWords));
    for (const [finding, text] of findings) {
      expect(findingText(finding)).to.equal(text);
      expect(findingHint(finding, 'default')).to.not.equal('');
    }
  });

  it('ends with the outcome, and names drills that gave no verdict', () => {
    const closing = (outcome: GateOutcome, drill = 'pass' as const) =>
      gateClosing(
        { ...result({ outcome }), drills: [{ ...result().drills[0], outcome: drill } as never] },
        2,
      );
    expect(closing('red')).to.equal('Red: 2 findings in the set default; 1 of 3 drills held.');
    expect(closing('interrupted')).to.match(/^Interrupted: 1 of 3 drills of the set default had been judged/);
    const [first] = result().drills;
    if (!first) throw new Error('one drill');
    const drills = [first, { ...first, run: 'run-2', outcome: 'broken' as const }];
    expect(gateClosing({ ...result(), outcome: 'broken', drills }, 0)).to.equal(
      'No verdict on the set default: run-2 broke; 1 of 3 drills held.',
    );
    expect(gateClosing({ ...result(), outcome: 'green', planned: 1 }, 0)).to.match(/^Green: /);
  });

  it('is on the console within its width, with every finding and its place', () => {
    const lines = gateLines(result(), { colours: pc.createColors(false), columns: 80 });
    const text = lines.join('\n').replaceAll(/\s+/g, ' ');
    for (const [finding, sentence] of findings) {
      expect(text).to.include(sentence);
      expect(text).to.include(`✗ ${kindWords[finding.kind]} ${where}`);
    }
    expect(lines.filter((line) => line.length > 80 && !line.includes(where))).to.deep.equal([]);
    expect(lines.at(-1)).to.match(/^Red: 12 findings/);
  });

  it('is JUnit with a case for each page and each other finding', () => {
    const suites = parseXml(gateJunit(result()));
    const failed = all(suites, 'testcase').filter((one) => all(one, 'failure').length > 0);
    const [ofPage, ...others] = failed;
    expect(ofPage?.attributes).to.include({ name: 'WebDown at PagerDuty', classname: 'firedrill.web-down' });
    // All about the page that is expected without a contact point.
    expect(all(ofPage ?? suites, 'failure')).to.have.length(7);
    expect(others.map(({ attributes }) => attributes.name)).to.deep.equal([
      'lost scenario',
      'new noise',
      'late alert',
      'lost check',
      'too few proven',
    ]);
    expect(suites.attributes).to.include({ tests: '7', failures: '6', errors: '0' });
    const [drill] = result().drills;
    if (!drill) throw new Error('one drill');
    const broken = result({ outcome: 'broken', findings: [], drills: [{ ...drill, outcome: 'broken' }] });
    const withError = parseXml(gateJunit(broken));
    expect(withError.attributes).to.include({ failures: '0', errors: '1' });
    expect(all(withError, 'error')[0]?.attributes.message).to.include('run-1');
    expect(parseXml(gateJunit(result({ findings: [] }))).attributes).to.include({
      failures: '0',
      errors: '0',
    });
  });

  it('is SARIF with the line of the rule', () => {
    const { runs } = JSON.parse(gateSarif(result(), '1.2.3'));
    expect(runs[0].results).to.have.length(findings.length);
    const [, , lost] = runs[0].results;
    expect(lost).to.include({ ruleId: 'lost-alert', level: 'error' });
    expect(lost.locations[0].physicalLocation).to.deep.equal({
      artifactLocation: { uri: 'monitoring/prometheus/rules/web.yml' },
      region: { startLine: 4 },
    });
  });

  it('is JSON with each sentence beside its data', () => {
    const text = gateJson(result());
    expect(text.trimEnd()).to.not.include('\n');
    const read = JSON.parse(text);
    expect(read).to.include({ version: 1, outcome: 'red' });
    expect(read.findings[2]).to.include({ kind: 'lost-alert', lostAt: 'page received', where });
    expect(read.findings[2].message).to.equal(findings[2]?.[1]);
  });

  it('is Markdown with every finding, and what the baseline lacks', () => {
    const text = gateMarkdown(
      result({
        ...{ withoutBaseline: ['new'], implied: 'firedrill.yaml', written: { file: 'b.jsonl' } },
        baseline: { file: 'gate.jsonl', drills: 3, notHeld: 2, onOtherTerms: 1, versions: ['0.0.9'] },
        pages: result().pages.map((one) => ({
          ...one,
          beyondFloor: { drills: 1, of: 3, mttdMs: 14_000, worstMs: 8_000 },
        })),
      }),
    );
    expect(text).to.match(/^# ❌ Alerting gate default: red\n/);
    expect(text.match(/^- \*\*/gm)).to.have.length(findings.length);
    for (const part of [
      'no drill of new',
      'has no set default',
      '2 drills of gate',
      '1 drill of gate.jsonl ran on another stack or runtime, or at another pace, and was passed over.',
      'took up to 14 s in 1 of 3 drills of web-down: more than the 8 s that its floor takes at worst.',
      '0.0.9',
      'was not written',
    ])
      expect(text).to.include(part);
    expect(gateMarkdown(result({ baseline: undefined as never }))).to.include('There is no baseline');
  });

  it('shows foreign text without its effects', () => {
    const foreign: GateFinding = {
      kind: 'lost-alert',
      ...page,
      alert: hostile,
      drills: 1,
      of: 1,
      cause: hostile,
    };
    const changed = result({
      findings: [{ finding: foreign, where: hostile }],
      pages: result().pages.map((one) => ({ ...one, alert: hostile })),
    });
    const texts = [
      gateLines(changed, { colours: pc.createColors(false), columns: 80 }).join('\n'),
      gateMarkdown(changed),
      gateJunit(changed),
    ];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    for (const text of texts) expect(text).to.not.match(/[\u001b\u202e]/);
    for (const text of texts.slice(0, 2)) expect(text).to.not.match(/^## x/m);
    expect(texts[1]).to.not.include('</script>');
    parseXml(texts[2] ?? '');
  });

  it('is a badge that is XML, loads nothing and says the outcome', () => {
    for (const outcome of gateOutcomes) {
      const svg = parseXml(gateBadge(result({ outcome, set: 'nightly' })));
      expect(svg.attributes['aria-label']).to.match(/^alerting nightly: /);
      expect(JSON.stringify(svg)).to.not.match(/href|url\(|@import/);
    }
    expect(gateBadge(result({ outcome: 'green' }))).to.include('>1 page<');
    expect(gateBadge(result())).to.include('>12 findings<');
  });
});
