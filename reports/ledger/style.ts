/** Styles of the pages of this folder, beside those of every page. */
export const ledgerStyle = `
.pill.none { color: var(--muted); }
.share { display: flex; gap: 2px; height: 14px; border-radius: 7px; overflow: hidden; margin: 12px 0; }
.share span { background: var(--line); }
.share .pass { background: var(--good); }
.share .fail { background: var(--bad); }
.share .broken { background: var(--pending); }
.states { display: grid; grid-template-columns: repeat(auto-fit, minmax(230px, 1fr)); gap: 10px; margin: 0; }
.states dd { margin: 2px 0 0; color: var(--muted); font-size: 13px; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); gap: 16px; }
.charts figure { margin: 0; min-width: 0; }
.charts figcaption { font-size: 13px; overflow-wrap: anywhere; }
.charts svg[viewBox] { min-width: 0; }
.floor-band { fill: var(--c2); opacity: .18; }
.floor-mean { fill: none; stroke: var(--c2); stroke-width: 1.5; }
.dot-pass { fill: var(--good); }
.dot-fail { fill: none; stroke: var(--bad); stroke-width: 2; }
.bar-pass { fill: var(--good); }
.bar-fail { fill: var(--bad); }
.bar-broken { fill: var(--pending); }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--c2); outline-offset: 2px; }
`;
