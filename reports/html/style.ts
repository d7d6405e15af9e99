/** Styles of report.html: system fonts, light or dark by the reader's preference, and suitable for printing. */
export const style = `
:root {
  --bg: #f4f6f8; --card: #fff; --ink: #17212d; --muted: #5a6776; --line: #dfe5eb; --soft: #f1f4f7;
  --good: #0d7a4c; --good-bg: #e2f5ea; --bad: #c4233a; --bad-bg: #fdecee; --warn: #8f5f00; --warn-bg: #fff4d6;
  --load: #8fb0d9; --value: #5b4bc4; --pending: #d99a1c; --firing: #d13a4d;
  --c1: #9aa7b5; --c2: #4b7fd6; --c3: #2397a6; --c4: #7a5bd0; --c5: #b06ac2; --c6: #d08f14; --c7: #5d6b7a; --c8: #c64f86;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #0d1319; --card: #151d26; --ink: #e4ebf2; --muted: #97a5b4; --line: #2a3642; --soft: #1c2630;
    --good: #46c98d; --good-bg: #11302a; --bad: #ff7182; --bad-bg: #371b23; --warn: #e6b646; --warn-bg: #33290f;
    --load: #3f628f; --value: #a99bff; --pending: #b97f10; --firing: #c23a4c;
    --c1: #66727f; --c2: #3c6cbd; --c3: #1c7f8c; --c4: #684bb8; --c5: #94549f; --c6: #a8720c; --c7: #4d5a68; --c8: #a83f70;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1200px; margin: 0 auto; padding: 20px; }
header, section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 20px; margin: 0 0 14px; }
header { border-top: 5px solid var(--warn); }
header.pass { border-top-color: var(--good); }
header.fail { border-top-color: var(--bad); }
h1 { font-size: 27px; line-height: 1.2; margin: 8px 0 2px; letter-spacing: -.01em; }
h2 { font-size: 17px; margin: 0 0 8px; }
h3 { font-size: 14px; margin: 14px 0 4px; }
p { margin: 0 0 8px; }
a { color: inherit; text-underline-offset: 2px; overflow-wrap: anywhere; }
.meta, .note, .muted, .summary { color: var(--muted); }
.meta, .note, .muted { font-size: 13px; }
.meta { margin-bottom: 10px; }
.id { overflow-wrap: anywhere; }
.top { display: flex; gap: 28px; align-items: flex-start; flex-wrap: wrap; }
.lead { flex: 1 1 460px; }
.story { font-size: 16px; margin: 8px 0 0; overflow-wrap: anywhere; }
.summary { margin: 0; }
.badge { display: inline-block; margin: 0; padding: 3px 14px; border-radius: 99px; font-weight: 700; font-size: 15px; background: var(--warn-bg); color: var(--warn); }
.badge.pass { background: var(--good-bg); color: var(--good); }
.badge.fail { background: var(--bad-bg); color: var(--bad); }
.figures { flex: 0 1 440px; display: grid; grid-template-columns: 1fr 1fr; gap: 10px; margin: 0; }
.figures div { background: var(--soft); border-radius: 8px; padding: 9px 13px; border-left: 4px solid var(--line); }
.figures .good { border-left-color: var(--good); }
.figures .bad { border-left-color: var(--bad); }
.figures .warn { border-left-color: var(--warn); }
.figures dt { color: var(--muted); font-size: 12.5px; }
.figures dd { margin: 0; }
.figures strong { display: block; font-size: 24px; line-height: 1.25; font-variant-numeric: tabular-nums; }
.figures .bad strong { color: var(--bad); }
.figures span { display: block; color: var(--muted); font-size: 12px; line-height: 1.35; }
.autopsy { border-left: 5px solid var(--bad); background: var(--bad-bg); }
.autopsy.broken { border-left-color: var(--warn); background: var(--warn-bg); }
.cause { font-size: 17px; font-weight: 600; }
.cause em { font-style: normal; color: var(--bad); }
.evidence { margin: 0 0 8px; padding-left: 20px; overflow-wrap: anywhere; }
.hint { color: var(--muted); }
.pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.ways { display: flex; margin: 4px 0 0; }
.way { list-style: none; display: flex; flex: 1 1 0; margin: 0; padding: 0; min-width: 0; }
.way + .way { border-left: 2px dotted var(--line); margin-left: 3px; padding-left: 3px; }
.way li { flex: 1 1 0; position: relative; text-align: center; padding: 0 2px; display: flex; flex-direction: column; align-items: center; min-width: 0; }
.way li::before { content: ""; position: absolute; top: 12px; left: -50%; width: 100%; height: 3px; background: var(--good); }
.way li:first-child::before { display: none; }
.way .unreached::before, .way .dead::before { background: var(--line); }
.dot { position: relative; z-index: 1; width: 27px; height: 27px; border-radius: 50%; display: grid; place-items: center; font-weight: 700; font-size: 13px; background: var(--good); color: var(--card); }
.unreached .dot { background: var(--card); color: var(--muted); border: 2px dashed var(--line); }
.dead .dot { background: var(--bad); outline: 4px solid var(--bad-bg); }
.way .name { font-size: 12px; line-height: 1.2; margin-top: 5px; min-height: 29px; display: grid; place-items: center; }
.way .when { font-weight: 650; font-variant-numeric: tabular-nums; font-size: 13px; }
.way .took { color: var(--muted); font-size: 11.5px; }
.unreached .name, .unreached .when { color: var(--muted); font-weight: 400; }
.unreached .when { font-size: 11.5px; }
.dead .name, .dead .when { color: var(--bad); font-weight: 700; }
svg { display: block; margin: 0 0 6px; font: 12px system-ui, "Segoe UI", Roboto, Arial, sans-serif; fill: var(--ink); }
svg[viewBox] { width: 100%; height: auto; }
.lane { font-weight: 600; font-size: 13px; }
.lane-more, .tick, .axis text, .hint-text, .muted-text { fill: var(--muted); font-size: 11.5px; }
.hint-text { font-size: 10.5px; }
.lane-more.bad, .missing, .fault-text { fill: var(--bad); }
.missing { font-weight: 700; }
.grid, .inactive { stroke: var(--line); }
.inactive { stroke-width: 2; }
.axis line { stroke: var(--muted); }
.load { fill: var(--load); opacity: .38; }
.load-line { fill: none; stroke: var(--load); stroke-width: 1.5; }
.failed { fill: var(--firing); opacity: .85; }
.value { fill: none; stroke: var(--value); stroke-width: 2.2; }
.value-area { fill: var(--value); opacity: .12; }
.threshold { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 6 4; }
.threshold-text { fill: var(--bad); font-size: 11.5px; }
.fault-window { fill: var(--bad); opacity: .07; }
.fault-band { fill: var(--firing); }
rect.pending { fill: var(--pending); }
rect.firing { fill: var(--firing); }
.on-bar { fill: #fff; font-weight: 600; font-size: 12px; }
.hop path { fill: none; stroke: var(--muted); }
.hop circle { fill: var(--ink); }
.hop text { fill: var(--card); font-weight: 700; font-size: 10.5px; }
.mttd { fill: none; stroke: var(--ink); stroke-width: 1.5; }
.mttd-text { font-weight: 700; }
.page-first-page, .page-fires-again, .page-escalation { fill: var(--firing); stroke: var(--card); }
.page-repeat, .page-group-changed { fill: var(--card); stroke: var(--firing); stroke-width: 2; }
.page-resolved { fill: var(--good); stroke: var(--card); }
.page-lost { fill: var(--card); stroke: var(--muted); stroke-width: 1.5; stroke-dasharray: 3 2; }
.budget { fill: none; stroke-width: 2; }
.budget-1 { stroke: var(--c2); }
.budget-2 { stroke: var(--c6); }
.budget-3 { stroke: var(--c8); }
.budget-left { stroke: var(--good); }
.many { font-weight: 700; font-size: 10.5px; }
.kept-back { fill: var(--soft); stroke: var(--muted); stroke-dasharray: 4 3; }
.kept-back-text { font-size: 11.5px; }
.target { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 2 3; }
.target-text { font-weight: 600; }
.total { font-weight: 700; font-size: 14px; }
.range line { stroke: var(--muted); stroke-width: 1.5; }
.range text { fill: var(--muted); }
.hop-first-request-hit { fill: var(--c1); background: var(--c1); }
.hop-telemetry-exported { fill: var(--c2); background: var(--c2); }
.hop-sample-stored { fill: var(--c3); background: var(--c3); }
.hop-expression-true { fill: var(--c4); background: var(--c4); }
.hop-pending { fill: var(--c5); background: var(--c5); }
.hop-firing { fill: var(--c6); background: var(--c6); }
.hop-notifier-sent { fill: var(--c7); background: var(--c7); }
.hop-page-received { fill: var(--c8); background: var(--c8); }
.swatch { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 7px; vertical-align: -1px; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--muted); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th { text-align: left; color: var(--muted); font-weight: 600; font-size: 12.5px; }
th, td { padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
th { white-space: nowrap; }
.any, code, td .muted { overflow-wrap: anywhere; }
tr:last-child td { border-bottom: 0; }
td .muted { font-size: 12.5px; }
code, pre { font: 12px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 24px; }
.pill, .chip { display: inline-block; border-radius: 99px; padding: 0 9px; font-size: 12.5px; background: var(--soft); overflow-wrap: anywhere; }
.pill { font-weight: 700; white-space: nowrap; overflow-wrap: normal; }
.short { white-space: nowrap; }
.pill.pass, .pill.resolved { background: var(--good-bg); color: var(--good); }
.pill.fail, .pill.firing { background: var(--bad-bg); color: var(--bad); }
.pill.broken { background: var(--warn-bg); color: var(--warn); }
span.failed { color: var(--bad); font-weight: 700; }
span.skipped { color: var(--muted); }
.pages { display: grid; grid-template-columns: repeat(auto-fill, minmax(330px, 1fr)); gap: 12px; }
.page { border: 1px solid var(--line); border-left: 5px solid var(--firing); border-radius: 8px; padding: 10px 14px; min-width: 0; }
.page.resolved { border-left-color: var(--good); }
.page.pagerduty { border-left: 1px solid var(--line); border-top: 5px solid var(--firing); }
.page.pagerduty.resolved { border-top-color: var(--good); border-left-color: var(--line); }
.page h3 { margin: 4px 0; font-size: 15px; overflow-wrap: anywhere; }
.from { display: flex; gap: 9px; align-items: baseline; font-size: 13px; margin: 0; }
.to { font-weight: 700; }
.through { color: var(--muted); }
.from .when { margin-left: auto; color: var(--muted); overflow-wrap: anywhere; min-width: 0; }
.links { font-size: 13px; margin: 0 0 4px; }
details { font-size: 13px; color: var(--muted); }
.more { font-size: inherit; color: inherit; }
.more > summary { color: var(--muted); cursor: pointer; padding: 6px 0; }
pre { background: var(--soft); color: var(--ink); padding: 10px; border-radius: 6px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; margin: 6px 0 0; }
@media (max-width: 820px) {
  .ways { flex-direction: column; gap: 8px; }
  .way, .way + .way { flex-direction: column; gap: 8px; border: 0; margin: 0; padding: 0; }
  .way li { flex-direction: row; gap: 10px; text-align: left; }
  .way li::before { display: none; }
  .way .name { min-height: 0; }
  .pair { grid-template-columns: minmax(0, 1fr); }
  td:has(.any) { min-width: 150px; }
  .scroll > svg[viewBox] { min-width: 760px; }
}
@media print {
  body { background: #fff; font-size: 12px; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main { padding: 0; max-width: none; }
  header, section, article, .page, tr { break-inside: avoid; }
  section { border-color: #ccc; }
}
`;
