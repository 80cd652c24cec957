import { CHART_STYLE } from './chart-style.js';

const COLOURS = `
:root {
  color-scheme: light dark;
  --page: #f4f6f7; --card: #fff; --line: #d9dfe2; --text: #17232a; --muted: #52626a;
  --accent: #0f6b66; --soft: #d5ebe8; --cut: #c2410c; --over: #94a3ab; --other: #6d4bb8; --plain: #3b82a0;
  --shade: rgb(23 35 42 / 45%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1518; --card: #172024; --line: #2d3b41; --text: #e8eef0; --muted: #a5b4bb;
    --accent: #6cd0c6; --soft: #1c4542; --cut: #ff9a62; --over: #61727a; --other: #b9a2f2; --plain: #6bb5d4;
    --shade: rgb(0 0 0 / 85%);
  }
}
`;

const PAGE = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
h1, h2, h3, p, ul, dl, dd { margin: 0; padding: 0; }
ul { list-style: none; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 48px; display: grid; gap: 20px; }
main > * { min-width: 0; }
header { padding: 8px 4px 4px; }
.kicker { color: var(--accent); font-weight: 650; font-size: 0.8rem; }
.kicker { letter-spacing: 0.06em; text-transform: uppercase; }
h1 { font-size: clamp(1.35rem, 1rem + 2vw, 2rem); line-height: 1.25; font-weight: 400; overflow-wrap: anywhere; }
h1 b { font-weight: 700; }
h2 { font-size: 1.2rem; line-height: 1.3; letter-spacing: -0.005em; }
h3 { font-size: 1rem; }
.span, small, .note, caption, footer { color: var(--muted); font-size: 0.875rem; }
.lead { max-width: 68ch; margin-top: 8px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 22px 24px; }
code { font: 0.9em ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.cards { display: grid; grid-template-columns: repeat(5, 1fr); gap: 12px; margin-top: 20px; }
.cards div { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 14px 16px; }
.cards dt { color: var(--muted); font-size: 0.875rem; }
.cards dd { font-size: 1.5rem; font-weight: 650; line-height: 1.25; font-variant-numeric: tabular-nums; }
.cards .note { font-size: 0.8125rem; font-weight: 400; line-height: 1.4; margin-top: 4px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; margin: 16px 0 4px; }
.side { border-left: 4px solid var(--cut); padding: 2px 0 2px 16px; }
.side.let { border-color: var(--accent); }
.big { font-size: 1.75rem; font-weight: 650; line-height: 1.3; font-variant-numeric: tabular-nums; }
.codes { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 0.875rem; margin-top: 6px; }
details { margin-top: 14px; }
summary { cursor: pointer; color: var(--accent); font-size: 0.9rem; font-weight: 600; padding: 4px 0; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
.scroll { overflow-x: auto; margin-top: 8px; background:
  linear-gradient(to right, var(--card) 40%, transparent) left / 48px 100% no-repeat local,
  linear-gradient(to left, var(--card) 40%, transparent) right / 48px 100% no-repeat local,
  linear-gradient(to right, var(--shade), transparent) left / 22px 100% no-repeat scroll,
  linear-gradient(to left, var(--shade), transparent) right / 22px 100% no-repeat scroll; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: 6px; }
th, td { text-align: right; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child { text-align: left; }
tbody th { font-weight: 500; max-width: 26ch; overflow: hidden; text-overflow: ellipsis; }
thead th { color: var(--muted); font-weight: 600; }
footer { padding: 4px; max-width: 80ch; }
@media (max-width: 760px) {
  main { padding: 20px 12px 32px; gap: 14px; }
  section { padding: 18px 16px; }
  .cards { grid-template-columns: 1fr 1fr; }
  .cards div:first-child { grid-column: 1 / -1; }
  .pair { grid-template-columns: 1fr; }
}
@media print { details { display: none; } section { break-inside: avoid; } }
`;

/** All of the page's style. */
export const STYLE = COLOURS + PAGE + CHART_STYLE;
