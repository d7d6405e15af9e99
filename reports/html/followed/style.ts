/** Styles of log line, trace and page side by side. */
export const followedStyle = `
mark { background: var(--mark); color: var(--mark-ink); border-radius: 3px; padding: 0 3px; overflow-wrap: anywhere; }
:root { --mark: #ffe27a; --mark-ink: #3d3000; }
@media (prefers-color-scheme: dark) { :root { --mark: #6b5600; --mark-ink: #ffeeb0; } }
.joined { display: flex; flex-wrap: wrap; gap: 6px 18px; align-items: baseline; font-size: 13.5px; }
.joined mark { font: 12.5px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.places { display: flex; flex-wrap: wrap; gap: 6px; }
.places a { text-decoration: none; border: 1px solid var(--line); border-radius: 99px; padding: 0 10px; font-size: 12.5px; }
.places .there span { color: var(--good); font-weight: 700; }
.places .not-there, .places .not-there span { color: var(--muted); }
.amiss { color: var(--bad); font-weight: 600; font-size: 13.5px; overflow-wrap: anywhere; }
.followed { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.4fr) minmax(0, 1.1fr); gap: 14px; align-items: start; }
.followed.of-1 { grid-template-columns: minmax(0, 1fr); }
.followed.of-2 { grid-template-columns: minmax(0, 1.4fr) minmax(0, 1fr); }
.followed > article { border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; min-width: 0; scroll-margin-top: 10px; }
.followed > article:target { outline: 2px solid var(--value); }
.followed h3 { margin: 0 0 6px; }
.followed .page { border: 0; padding: 0; }
.followed .tg-wall { border-radius: 8px; margin: 0 -6px; }
.carries { margin: 8px 0 0; }
.log-text { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--soft); border-radius: 6px; padding: 8px 10px; }
.severity { font-weight: 700; }
.severity.error, .severity.fatal { color: var(--bad); }
.severity.warn { color: var(--warn); }
.fields { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 2px 12px; margin: 0 0 6px; font-size: 13px; }
.fields dt { color: var(--muted); }
.fields dd { margin: 0; overflow-wrap: anywhere; }
.fields dd mark, .followed .note mark { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.fields a, .followed .note a { text-decoration: none; }
.waterfall { overflow: hidden; }
.waterfall text { font-size: 12px; }
.waterfall .took, .waterfall .axis text { fill: var(--muted); font-size: 11.5px; font-variant-numeric: tabular-nums; }
.waterfall .error text:first-of-type { fill: var(--bad); }
.waterfall .culprit text { fill: var(--bad); font-weight: 700; }
.waterfall .span rect { min-width: 2px; }
.waterfall .culprit rect { stroke: var(--bad); stroke-width: 2; }
.svc-0 { fill: var(--c2); background: var(--c2); }
.svc-1 { fill: var(--c6); background: var(--c6); }
.svc-2 { fill: var(--c3); background: var(--c3); }
.svc-3 { fill: var(--c8); background: var(--c8); }
.svc-4 { fill: var(--c4); background: var(--c4); }
.svc-5 { fill: var(--c7); background: var(--c7); }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; font-size: 12.5px; }
.culprit > p { overflow-wrap: anywhere; }
.culprit.error { border-left: 3px solid var(--bad); padding-left: 10px; }
div.culprit { border-left: 3px solid var(--warn); padding-left: 10px; font-size: 13.5px; }
.culprit pre { margin: 0 0 8px; }
.error-text { color: var(--bad); font-weight: 600; }
@media (max-width: 960px) { .followed, .followed.of-2 { grid-template-columns: minmax(0, 1fr); } }
`;
