// How a page of the portal and the panel around it look. Custom properties are those of styles.js.

export const pageSheet = new CSSStyleSheet();
pageSheet.replaceSync(`
iframe { display: block; inline-size: 100%; block-size: 100%; border: 0; }
.view { position: relative; display: grid; flex: 1; min-block-size: 0; color: var(--ink); }
:host(secure-inbox) .view { min-block-size: 20em; }
.view:not([data-state="shown"]) iframe { position: absolute; visibility: hidden; }
.view[data-state="loading"]::before { content: ""; place-self: center; inline-size: 2em; block-size: 2em; border: .2em solid var(--line); border-block-start-color: var(--accent); border-radius: 50%; }
[part="problem"] { display: none; place-content: center; justify-items: center; gap: .75em; padding: 1.5em; text-align: center; }
[data-state="failed"] [part="problem"] { display: grid; }
p { margin: 0; text-wrap: balance; }
a { padding: .4em; color: var(--accent); }
[part="retry"] { min-block-size: 2.75em; padding-inline: 1.25em; border-radius: var(--round); background: var(--accent); color: var(--on-accent); font-weight: 600; }
dialog { inset-block: auto calc(var(--y) + env(safe-area-inset-bottom) + 4.25em); inline-size: min(24em, 100% - 2 * var(--x)); max-inline-size: none; block-size: min(40em, 100% - 2 * var(--y) - 5em); max-block-size: none; margin: 0; padding: 0; overflow: hidden; overscroll-behavior: contain; flex-direction: column; border: 1px solid var(--line); border-radius: var(--round); background: var(--surface); color: var(--ink); box-shadow: 0 .75em 2.5em rgb(0 0 0 / .28); }
dialog[open] { display: flex; }
[part="header"] { display: flex; align-items: center; justify-content: space-between; padding-inline: 1em .4em; border-block-end: 1px solid var(--line); }
[part="title"] { font-weight: 650; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
[part="close"] { flex: none; inline-size: 2.75em; block-size: 2.75em; margin-block: .25em; border-radius: 50%; }
[part="close"]:hover { background: var(--line); }
[part="close"] svg { inline-size: 1.25em; block-size: 1.25em; }
.corner > dialog:modal { position: fixed; inset: 0; inline-size: 100%; block-size: 100%; padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left); border: 0; border-radius: 0; }
@media (prefers-reduced-motion: no-preference) {
  .view[data-state="loading"]::before { animation: turn 1s linear infinite; }
  dialog[open] { animation: rise .16s ease-out; }
}
@keyframes turn { to { rotate: 1turn; } }
@keyframes rise { from { opacity: 0; translate: 0 .75em; } }
`);
