// How the panel looks. The colours and what the host may set stand in usher-agent.js.

const STYLE = `
*, *::before, *::after { box-sizing: border-box; }
h2, h3, p, ul, ol, blockquote, pre { margin: 0; }
ul, ol { padding: 0; }
button, textarea { font: inherit; color: inherit; }
button, summary { cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.unseen {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

.panel {
  --raised: color-mix(in srgb, var(--ground) 94%, var(--text));
  --edge: color-mix(in srgb, var(--surface) 45%, var(--text));
  --bad: light-dark(#a32a2a, #e77b7b);
  --warn: light-dark(#8a4b00, #e8a15b);
  --headings: var(--usher-heading-font, var(--usher-font, ui-serif, Georgia, serif));
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, monospace;
  display: flex;
  flex-direction: column;
  margin: 0;
  padding: 0;
  overflow: hidden;
  border: 1px solid var(--line);
  background: var(--ground);
  color: var(--text);
}
dialog.panel {
  position: fixed;
  z-index: var(--usher-z-index, 1000);
  inset: auto var(--inset-inline) var(--inset-block) auto;
  inline-size: min(var(--usher-width, 400px), 100vw - 16px - var(--inset-inline));
  block-size: min(var(--usher-height, 640px), 100dvh - 16px - var(--inset-block));
  max-inline-size: none;
  max-block-size: none;
  border-radius: var(--radius);
  box-shadow: var(--shadow);
}
dialog.panel:not([open]) { display: none; }
dialog.panel::backdrop { background: #00000066; }
dialog.panel[data-mode="panel"] {
  inset: 0 0 0 auto;
  block-size: var(--usher-height, 100dvh);
  border-width: 0 0 0 1px;
  border-radius: 0;
}
section.panel {
  inline-size: var(--usher-width, 100%);
  max-inline-size: 100%;
  block-size: var(--usher-height, 560px);
  border-radius: var(--radius);
}

.header {
  display: flex;
  align-items: center;
  gap: 4px;
  padding: 8px 8px 8px 16px;
  border-block-end: 1px solid var(--line);
}
.titles { flex: 1; min-inline-size: 0; }
.heading { font: 600 17px / 1.25 var(--headings); color: var(--accent); overflow-wrap: anywhere; }
.catalogue { overflow: hidden; font-size: 13px; line-height: 1.3; color: var(--quiet); text-overflow: ellipsis; white-space: nowrap; }
.round, .thumb {
  flex: none;
  display: grid;
  place-items: center;
  inline-size: 36px;
  block-size: 36px;
  padding: 0;
  border: 0;
  border-radius: var(--radius);
  background: none;
  color: var(--quiet);
}
.round:hover, .thumb:hover { color: var(--accent); }

.talk { position: relative; flex: 1; container-type: size; min-block-size: 0; overflow: auto; overscroll-behavior: contain; padding: 16px; outline-offset: -2px; }
.begin, .notes, .turn, .answer, .examples { display: grid; gap: 8px; align-content: start; }
.begin > *, .turn > *, .answer > * { min-inline-size: 0; }
.notes:not(:empty) { margin-block-end: 16px; }
.examples, .turns, .cards, .chips, .steps ol { list-style: none; }
.example {
  inline-size: 100%;
  min-block-size: 44px;
  padding: 8px 12px;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--surface);
  text-align: start;
  overflow-wrap: anywhere;
}
.example:hover { border-color: var(--accent); }
.quiet, .doing, .loading, .about, .details { font-size: 13px; }
.quiet, .doing, .time { color: var(--quiet); }
.quiet, .trouble, .failure, .problem-note { overflow-wrap: anywhere; }
.loading { display: flex; justify-content: space-between; gap: 12px; }
.time { margin-inline-start: auto; white-space: nowrap; font-variant-numeric: tabular-nums; }
progress { appearance: none; display: block; inline-size: 100%; block-size: 6px; border: 0; border-radius: 3px; background: var(--raised); overflow: hidden; }
progress::-webkit-progress-bar { background: var(--raised); }
progress::-webkit-progress-value { background: var(--accent); }
progress::-moz-progress-bar { background: var(--accent); }
.failure, .trouble, .consent, .answer:is([data-status="failed"], [data-status="needs_input"]) {
  padding: 12px;
  border: 1px solid var(--line);
  border-inline-start: 4px solid var(--warn);
  border-radius: var(--radius);
  background: var(--surface);
}
.trouble { font-size: 13px; }
.failure, .answer[data-status="failed"] { border-inline-start-color: var(--bad); }
.failure { display: grid; gap: 8px; justify-items: start; }
.failure .what { font-weight: 600; color: var(--bad); }
.consent, .answer[data-status="needs_input"] { border-inline-start-color: var(--accent); }
.problem-note { color: var(--bad); font-size: 13px; }
.main-button, .quiet-button {
  min-block-size: 36px;
  padding: 4px 12px;
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  background: none;
  font-size: 13px;
}
.main-button { border-color: var(--accent); background: var(--accent); color: var(--on-accent); font-weight: 600; }
.beside { display: flex; flex-wrap: wrap; gap: 8px; }

.turns { display: grid; gap: 24px; }
.turns > * { min-inline-size: 0; }
/* As tall as what is seen, so that its question can stand at the top. */
.turn:last-child:not(:first-child) { min-block-size: calc(100cqb - 32px); }
.question {
  justify-self: end;
  max-inline-size: 90%;
  max-block-size: 200px;
  overflow: auto;
  padding: 8px 12px;
  border-radius: var(--radius) var(--radius) 2px;
  background: var(--raised);
  overflow-wrap: anywhere;
  white-space: pre-line;
}
.consent { display: grid; gap: 8px; }
/* It says the same as the form. */
.turn:has(.consent) .doing { display: none; }
.consent-title { font-weight: 600; }
.consent-arguments {
  inline-size: 100%;
  padding: 8px;
  border: 1px solid var(--edge);
  border-radius: 6px;
  background: var(--ground);
  font: 13px / 1.4 var(--mono);
  resize: vertical;
}
.consent-arguments:read-only { border-color: var(--line); background: none; }
.steps { font-size: 13px; }
.steps > summary { color: var(--quiet); }
.steps ol { display: grid; gap: 8px; margin-block: 8px; }
.step { display: grid; gap: 4px; padding: 8px 12px; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); }
.step.failed { border-inline-start: 4px solid var(--bad); }
.step-head { display: flex; gap: 8px; overflow-wrap: anywhere; }
.chips { display: flex; flex-wrap: wrap; gap: 4px; }
.chip { padding-inline: 8px; border-radius: var(--radius); background: var(--raised); font: 12px / 1.6 var(--mono); overflow-wrap: anywhere; }
.chip-name { color: var(--quiet); }
code { font-family: var(--mono); font-size: 0.9em; }

.answer { overflow-wrap: anywhere; }
.plain { white-space: pre-line; }
.answer h3 { font: 600 17px / 1.3 var(--headings); }
.answer :is(ul, ol):not(.cards, .chips) { padding-inline-start: 24px; }
.answer a { color: var(--accent); }
.answer blockquote { padding-inline-start: 12px; border-inline-start: 3px solid var(--line); color: var(--quiet); }
.wide { overflow-x: auto; }
.answer pre { padding: 12px; border-radius: var(--radius); background: var(--raised); }
.answer table { border-collapse: collapse; }
.answer td { padding: 4px 12px 4px 0; border-block-end: 1px solid var(--line); vertical-align: top; }
.answer thead td { font-weight: 600; }
.cards { display: grid; gap: 8px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 260px), 1fr)); align-items: start; }
.card { display: grid; gap: 4px; padding: 12px; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); }
.card h3 { line-height: 1.25; }
.card-title { padding: 0; border: 0; background: none; text-align: start; overflow-wrap: anywhere; }
.card-title:hover { color: var(--accent); text-decoration: underline; }
.card strong { color: var(--accent); }
.about { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
.fit { display: flex; align-items: center; gap: 8px; font-size: 13px; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar { flex: 1; max-inline-size: 120px; block-size: 6px; border-radius: 3px; background: var(--raised); overflow: hidden; }
.bar-filled { display: block; block-size: 100%; background: var(--accent); }
.asides { display: flex; align-items: start; gap: 8px; font-size: 13px; }
.why { flex: 1; min-inline-size: 0; }
.why summary { min-block-size: 32px; padding-block: 6px; color: var(--accent); }
.thumbs { display: flex; }
.thumb { inline-size: 32px; block-size: 32px; }
.thumb[aria-pressed="true"] { background: var(--raised); color: var(--accent); }
.thumb[aria-pressed="true"] path { fill: currentColor; }

.composer { padding: 8px 12px max(12px, env(safe-area-inset-bottom)); border-block-start: 1px solid var(--line); }
.field { display: flex; align-items: end; gap: 8px; padding: 4px; border: 1px solid var(--edge); border-radius: var(--radius); background: var(--surface); }
.field:focus-within { border-color: var(--accent); outline: 1px solid var(--accent); }
.input {
  flex: 1;
  min-inline-size: 0;
  field-sizing: content;
  min-block-size: 40px;
  max-block-size: 30dvh;
  padding: 8px;
  border: 0;
  outline: 0;
  background: none;
  /* Below 16 px some phones zoom in on a field. */
  font-size: 16px;
  line-height: 1.5;
  resize: none;
}
.input::placeholder { color: var(--quiet); opacity: 1; }
.send { flex: none; display: grid; place-items: center; inline-size: 40px; block-size: 40px; border: 0; border-radius: 8px; background: var(--accent); color: var(--on-accent); }
.problem-note:not(:empty) { padding-block-start: 4px; }

@media (max-width: 480px) {
  dialog.panel { inset: 0; inline-size: 100%; block-size: 100dvh; border: 0; border-radius: 0; }
}
@media (prefers-reduced-motion: no-preference) {
  dialog.panel[open] { animation: come 160ms ease-out; }
  @keyframes come { from { opacity: 0; transform: translateY(8px); } }
  .example, .round, .thumb { transition: border-color 120ms, color 120ms; }
}
`;

let made;

/** The style sheet, one for all widgets. */
export function sheet() {
  if (!made) (made = new CSSStyleSheet()).replaceSync(STYLE);
  return made;
}
