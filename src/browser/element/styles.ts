/** The look of the dialog. Change it by its variables and parts; forced colours and the page's font are left alone. */
export const STYLES = `
:host { color-scheme: light dark; }
dialog {
  --background: var(--curfew-background, #ffffff);
  --text: var(--curfew-text, #17202a);
  --accent: var(--curfew-accent, #0b57b7);
  --accent-text: var(--curfew-accent-text, #ffffff);
  --border: var(--curfew-border, #6b7785);
  box-sizing: border-box;
  width: min(var(--curfew-width, 30rem), calc(100vw - 2rem));
  max-height: calc(100vh - 2rem);
  overflow: auto;
  padding: 1.5rem;
  border: 1px solid var(--border);
  border-radius: var(--curfew-radius, 0.75rem);
  background: var(--background);
  color: var(--text);
  font: var(--curfew-font, 1rem/1.5 system-ui, sans-serif);
  box-shadow: 0 1rem 3rem rgb(0 0 0 / 0.3);
  animation: appear 150ms ease-out;
}
dialog::backdrop { background: var(--curfew-backdrop, rgb(10 15 20 / 0.6)); }
dialog[data-cover]::backdrop { backdrop-filter: blur(12px); }
h2 { margin: 0 0 0.5rem; font-size: 1.375rem; line-height: 1.25; }
h2:focus { outline: none; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
.countdown { font-variant-numeric: tabular-nums; }
.spoken { position: absolute; width: 1px; height: 1px; margin: -1px; }
.spoken { overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 1.5rem; }
.action {
  box-sizing: border-box;
  min-height: 2.75rem;
  padding: 0.5rem 1.25rem;
  border: 2px solid var(--accent);
  border-radius: calc(var(--curfew-radius, 0.75rem) / 1.5);
  background: transparent;
  color: inherit;
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
.action:first-child { background: var(--accent); color: var(--accent-text); }
.action:focus-visible { outline: 3px solid var(--text); outline-offset: 2px; }
.action[aria-disabled='true'] { opacity: 0.7; cursor: progress; }
.failed:empty { display: none; }
@keyframes appear { from { opacity: 0; transform: translateY(0.5rem); } }
@media (max-width: 30rem) { .action { flex: 1 1 100%; } }
@media (prefers-color-scheme: dark) {
  dialog {
    --background: var(--curfew-background, #1b232c);
    --text: var(--curfew-text, #eef2f6);
    --accent: var(--curfew-accent, #8ab8ff);
    --accent-text: var(--curfew-accent-text, #0b1a2e);
    --border: var(--curfew-border, #8593a3);
  }
}
@media (prefers-reduced-motion: reduce) { dialog { animation: none; } }
@media (forced-colors: active) {
  .action:focus-visible { outline-color: Highlight; }
  .action:first-child { border-width: 4px; }
}
`;
