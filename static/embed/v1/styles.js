// How the elements look. A website's own style sheets do not reach into them; custom properties do.

// Sizes are in em: those in rem would follow the root element of the website, whatever it sets there.
export const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host {
  --accent: var(--secure-inbox-accent, light-dark(#1d5b79, #8cc8e6));
  --on-accent: var(--secure-inbox-on-accent, light-dark(#fff, #0c2230));
  --surface: var(--secure-inbox-surface, light-dark(#fff, #19222b));
  --ink: var(--secure-inbox-ink, light-dark(#1a2530, #e7edf3));
  --line: var(--secure-inbox-line, light-dark(#d9e0e7, #2f3b47));
  --badge: var(--secure-inbox-badge, #b3261e);
  --on-badge: var(--secure-inbox-on-badge, #fff);
  --round: var(--secure-inbox-radius, .75em);
  color-scheme: light dark;
  font: medium/1.5 var(--secure-inbox-font, system-ui, sans-serif);
  text-align: start;
}
:host([color-scheme="light"]) { color-scheme: light; }
:host([color-scheme="dark"]) { color-scheme: dark; }
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; }
:focus-visible { outline: .2em solid var(--accent); outline-offset: .15em; }
iframe { display: block; inline-size: 100%; block-size: 100%; border: 0; }

:host(secure-inbox) { display: block; box-sizing: border-box; inline-size: -moz-available; inline-size: -webkit-fill-available; }
.view { position: relative; display: grid; flex: 1; min-block-size: 0; color: var(--ink); }
:host(secure-inbox) .view { min-block-size: 20em; }
.view:not([data-state="shown"]) iframe { position: absolute; visibility: hidden; }
.view[data-state="loading"]::before { content: ""; place-self: center; inline-size: 2em; block-size: 2em; border: .2em solid var(--line); border-block-start-color: var(--accent); border-radius: 50%; }
[part="problem"] { display: none; place-content: center; justify-items: center; gap: .75em; padding: 1.5em; text-align: center; }
[data-state="failed"] [part="problem"] { display: grid; }
p { margin: 0; text-wrap: balance; }
a { padding: .4em; color: var(--accent); }
button { display: grid; place-items: center; margin: 0; padding: 0; border: 1px solid transparent; color: inherit; background: none; font: inherit; cursor: pointer; }
[part="retry"] { min-block-size: 2.75em; padding-inline: 1.25em; border-radius: var(--round); background: var(--accent); color: var(--on-accent); font-weight: 600; }

[part="badge"] { min-inline-size: 1.6em; padding-inline: .4em; border: 1px solid transparent; border-radius: 1em; background: var(--badge); color: var(--on-badge); font-size: .8125em; font-weight: 650; line-height: 1.5; text-align: center; font-variant-numeric: tabular-nums; }
:host(secure-inbox-badge) { font-size: inherit; }
:host(secure-inbox-badge) [part="badge"] { display: inline-block; }
.words { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

/* Over the whole window, in the layer that lies above all else on the page where browsers have one. */
:host(secure-inbox-launcher) { --x: var(--secure-inbox-offset-x, var(--secure-inbox-offset, 1.25em)); --y: var(--secure-inbox-offset-y, var(--secure-inbox-offset, 1.25em)); display: contents; }
.corner { position: fixed; inset: 0; z-index: var(--secure-inbox-z-index, 2147483000); inline-size: auto; block-size: auto; margin: 0; padding: 0; border: 0; overflow: visible; background: none; color: inherit; pointer-events: none; }
:host([no-button]) [part="button"] { display: none; }
.corner > * { position: absolute; inset-inline: auto var(--x); pointer-events: auto; }
:host([position="start"]) .corner > * { inset-inline: var(--x) auto; }
[part="button"] { inset-block-end: calc(var(--y) + env(safe-area-inset-bottom)); inline-size: 3.5em; block-size: 3.5em; border-radius: 50%; background: var(--accent); color: var(--on-accent); box-shadow: 0 .25em 1em rgb(0 0 0 / .3); }
[part="button"]:hover { filter: brightness(1.12); }
[part="button"] [part="badge"] { position: absolute; inset-block-start: -.3em; inset-inline-end: -.3em; box-shadow: 0 0 0 2px var(--surface); }
[part="badge"]:empty, [aria-expanded="true"] .letter, [aria-expanded="false"] .down { display: none; }
svg { inline-size: 1.6em; block-size: 1.6em; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; pointer-events: none; }

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
@media print { :host(secure-inbox-launcher) { display: none; } }
`);

// For the hidden frame: whatever the website's own style says of a div, it must not move anything on the page.
export const hiddenSheet = new CSSStyleSheet();
hiddenSheet.replaceSync(":host { all: initial !important; position: fixed !important; inline-size: 1px !important; block-size: 1px !important; overflow: hidden !important; clip-path: inset(50%) !important; } iframe { display: none; }");
