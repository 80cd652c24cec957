/** How charts look: shapes stretch with the page, texts do not. */
export const CHART_STYLE = `
.chart { position: relative; margin: 26px 0 0 52px; padding-right: 8px; font-size: 0.8125rem; }
.area { position: relative; height: 260px; border-bottom: 1px solid var(--line); }
.area.tall { height: 320px; margin: 0 12px 0 16px; }
.area svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.y { position: absolute; left: -52px; width: 44px; height: 260px; color: var(--muted); }
.y:has(+ .tall) { height: 320px; }
.y span { position: absolute; right: 0; transform: translateY(50%); font-variant-numeric: tabular-nums; }
.x { position: relative; height: 1.9em; color: var(--muted); }
.area.tall + .x { margin: 0 12px 0 16px; }
.x span { position: absolute; top: 6px; transform: translateX(-50%); white-space: nowrap; }
.axis-name { color: var(--muted); text-align: center; }
rect.kept { fill: var(--accent); }
rect.cut { fill: var(--cut); }
rect.over { fill: var(--over); }
rect.plain { fill: var(--plain); }
rect:hover { opacity: 0.7; }
.minutes { fill: none; stroke: var(--accent); stroke-width: 4; stroke-linecap: round; opacity: 0.55;
  vector-effect: non-scaling-stroke; }
.mark { position: absolute; top: -14px; bottom: 0; border-left: 2px dashed var(--text); }
.mark.other { top: 12px; border-color: var(--other); }
.mark p { position: absolute; top: -8px; white-space: nowrap; font-weight: 600; background: var(--card); }
.mark.other p { color: var(--other); }
.mark.right p { left: 6px; }
.mark.left p { right: 8px; }
.dot { position: absolute; width: 9px; height: 9px; margin: 0 0 -4.5px -4.5px; border-radius: 50%;
  background: var(--accent); }
.dot span { position: absolute; left: 50%; bottom: 11px; transform: translateX(-50%); color: var(--muted); }
.dot.own { width: 15px; height: 15px; margin: 0 0 -7.5px -7.5px; background: var(--text); border: 3px solid var(--card);
  box-shadow: 0 0 0 2px var(--text); z-index: 1; }
.dot.own span, .dot.other span { bottom: 14px; font-weight: 700; color: var(--text); background: var(--card); }
.dot.other { background: var(--other); }
.dot.other span { color: var(--other); }
.dot.moving { width: 21px; height: 21px; margin: 0 0 -10.5px -10.5px; background: none; z-index: 2;
  border: 3px solid var(--cut); }
.try { display: grid; grid-template-columns: auto 1fr; gap: 4px 16px; align-items: center; margin-top: 18px; }
.try[hidden], .dot[hidden] { display: none; }
.try label { font-weight: 600; font-size: 0.9rem; }
.try input { width: 100%; accent-color: var(--accent); height: 28px; margin: 0; }
.try output { grid-column: 1 / -1; font-variant-numeric: tabular-nums; min-height: 1.6em; }
.key { display: flex; flex-wrap: wrap; gap: 4px 20px; margin-top: 12px; font-size: 0.875rem; }
.key li { background: none; display: flex; align-items: center; gap: 8px; }
.key li::before { content: ""; width: 12px; height: 12px; border-radius: 3px; flex: none; background: var(--over); }
.key .kept::before, .key .own::before { background: var(--accent); }
.key .cut::before { background: var(--cut); }
.key .mine::before { background: var(--text); }
.key .other::before { background: var(--other); }
.bars { display: grid; gap: 14px; margin-top: 16px; }
.bar { display: grid; grid-template-columns: 1fr 9.5em; align-items: center; gap: 12px; margin-top: 4px; }
.fill { height: 14px; min-width: 2px; border-radius: 3px; background: var(--accent); }
.fill.other { background: var(--other); }
.figure { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
@media (max-width: 760px) {
  .minor, .wide { display: none; }
  .dot.minor span { display: none; }
  .dot.minor { display: block; }
  .dot.other span { bottom: 34px; }
  .chart { margin-left: 40px; }
  .y { left: -44px; width: 38px; }
  .area, .y { height: 200px; }
  .area.tall, .y:has(+ .tall) { height: 240px; }
  .try { grid-template-columns: 1fr; }
}
@media (forced-colors: active) { .fill, .dot, .key li::before { forced-color-adjust: none; } }
`;
