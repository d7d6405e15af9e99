/** Styles of a Telegram chat, light and dark. */
export const telegramStyle = `
:root { --tg-wall: #d3dfc8; --tg-wall-2: #bfd0b8; --tg-bubble: #fff; --tg-ink: #000; --tg-link: #0e6ca6; --tg-name: #c0571d; --tg-time: #66727c; --tg-head: #fff; --tg-day: #5a7351b8; --tg-code: #f1f3f5; --tg-quote: #eef7fd; --tg-avatar: #e8873f; }
@media (prefers-color-scheme: dark) {
  :root { --tg-wall: #0e1621; --tg-wall-2: #121d2a; --tg-bubble: #182533; --tg-ink: #f5f5f5; --tg-link: #71baf2; --tg-name: #ee9a64; --tg-time: #8b99a6; --tg-head: #17212b; --tg-day: #1e2c3ad9; --tg-code: #101b26; --tg-quote: #1d3044; --tg-avatar: #c76a2a; }
}
.tg { border: 1px solid var(--line); border-radius: 10px; overflow: hidden; margin: 12px 0; max-width: 760px; }
.tg-head { display: flex; gap: 11px; align-items: center; padding: 8px 14px; background: var(--tg-head); color: var(--tg-ink); border-bottom: 1px solid var(--line); }
.tg-head strong { display: block; line-height: 1.25; font-size: 15px; overflow-wrap: anywhere; }
.tg-head div span { font-size: 13px; color: var(--tg-time); }
.tg-wall { background: radial-gradient(circle at 12px 12px, var(--tg-wall-2) 2px, transparent 2.5px) 0 0 / 24px 24px, linear-gradient(160deg, var(--tg-wall), var(--tg-wall-2)); padding: 10px 12px; }
.tg-day { width: max-content; margin: 0 auto 8px; padding: 2px 11px; border-radius: 99px; background: var(--tg-day); color: #fff; font-size: 12.5px; font-weight: 600; }
.tg-row { display: flex; gap: 9px; align-items: flex-end; }
.tg-avatar { flex: none; width: 34px; height: 34px; border-radius: 50%; display: grid; place-items: center; background: var(--tg-avatar); color: #fff; font-weight: 600; }
.tg-bubble { position: relative; max-width: min(500px, calc(100% - 43px)); min-width: 110px; padding: 6px 11px 7px; border-radius: 14px 14px 14px 3px; background: var(--tg-bubble); color: var(--tg-ink); box-shadow: 0 1px 1px #0000002e; font-size: 14.5px; line-height: 1.4; }
.tg-name { display: block; color: var(--tg-name); font-size: 13.5px; font-weight: 600; overflow-wrap: anywhere; }
.tg-text { white-space: pre-wrap; overflow-wrap: anywhere; }
.tg-text a { color: var(--tg-link); text-decoration: underline; text-underline-offset: 2px; }
.tg-text code { background: var(--tg-code); border-radius: 3px; padding: 0 3px; overflow-wrap: anywhere; }
.tg-pre { display: block; background: var(--tg-code); border-left: 3px solid var(--tg-link); border-radius: 4px; padding: 4px 9px; margin: 3px 0; }
.tg-pre code { padding: 0; }
.tg-language { display: block; color: var(--tg-link); font-size: 12.5px; font-weight: 600; }
.tg-quote { display: block; background: var(--tg-quote); border-left: 3px solid var(--tg-link); border-radius: 4px; padding: 3px 9px; margin: 3px 0; }
.tg-spoiler { background: var(--tg-time); color: transparent; border-radius: 3px; cursor: pointer; }
.tg-spoiler * { color: inherit; }
.tg-spoiler:hover, .tg-spoiler:focus { background: var(--tg-code); color: inherit; }
.tg-time { display: block; margin: 1px 0 -2px; text-align: right; color: var(--tg-time); font-size: 12px; line-height: 1.2; }
.tg-refused { border: 1.5px dashed var(--bad); }
.tg-refused .tg-name, .tg-refused b { color: var(--bad); }
.tg-caption { display: flex; flex-wrap: wrap; gap: 3px 8px; align-items: baseline; margin: 4px 0 14px 43px; font-size: 12.5px; color: var(--ink); }
.tg-caption > span:not(.pill) { background: var(--tg-day); color: #fff; border-radius: 99px; padding: 0 9px; }
.tg-caption details { flex-basis: 100%; color: var(--ink); }
.tg-caption:last-child { margin-bottom: 2px; }
`;
