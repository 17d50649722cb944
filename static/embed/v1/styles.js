// How the elements look. A website's own style sheets do not reach into them; custom properties do. What only a page of
// the portal needs is in page-styles.js.

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

:host(secure-inbox) { display: block; box-sizing: border-box; inline-size: -moz-available; inline-size: -webkit-fill-available; min-block-size: 20em; }
button { display: grid; place-items: center; margin: 0; padding: 0; border: 1px solid transparent; color: inherit; background: none; font: inherit; cursor: pointer; }

[part="badge"] { min-inline-size: 1.6em; padding-inline: .4em; border: 1px solid transparent; border-radius: 1em; background: var(--badge); color: var(--on-badge); font-size: .8125em; font-weight: 650; line-height: 1.5; text-align: center; font-variant-numeric: tabular-nums; }
:host(secure-inbox-badge) { font-size: inherit; }
:host(secure-inbox-badge) [part="badge"] { display: inline-block; }
.words { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

/* Over the whole window, in the layer that lies above all else on the page where browsers have one. */
:host(secure-inbox-launcher) { --x: var(--secure-inbox-offset-x, var(--secure-inbox-offset, 1.25em)); --y: var(--secure-inbox-offset-y, var(--secure-inbox-offset, 1.25em)); display: contents; }
.corner { position: fixed; inset: 0; z-index: var(--secure-inbox-z-index, 2147483000); inline-size: auto; block-size: auto; margin: 0; padding: 0; border: 0; overflow: visible; background: none; color: inherit; pointer-events: none; }
:host([no-button]) [part="button"] { display: none; }
.corner > * { position: absolute; inset-inline: auto var(--x); pointer-events: auto; }
:host([position="start"]) .corner > :not(:modal) { inset-inline: var(--x) auto; }
[part="button"] { inset-block-end: calc(var(--y) + env(safe-area-inset-bottom)); inline-size: 3.5em; block-size: 3.5em; border-radius: 50%; background: var(--accent); color: var(--on-accent); box-shadow: 0 .25em 1em rgb(0 0 0 / .3); }
[part="button"]:hover { filter: brightness(1.12); }
[part="button"] [part="badge"] { position: absolute; inset-block-start: -.3em; inset-inline-end: -.3em; box-shadow: 0 0 0 2px var(--surface); }
[part="badge"]:empty, [aria-expanded="true"] .letter, [aria-expanded="false"] .down { display: none; }
svg { inline-size: 1.6em; block-size: 1.6em; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; pointer-events: none; }
/* Words in place of what the second file would show. */
.lost { padding: 1em; background: var(--surface); color: var(--ink); }
.corner > .lost { inset-block-end: calc(var(--y) + 4.25em); }

@media print { :host(secure-inbox-launcher) { display: none; } }
`);

// For the hidden frame: whatever the website's own style says of a div, it must not move anything on the page.
export const hiddenSheet = new CSSStyleSheet();
hiddenSheet.replaceSync(`
:host { all: initial !important; position: fixed !important; inline-size: 1px !important; block-size: 1px !important; overflow: hidden !important; clip-path: inset(50%) !important; }
iframe { display: none; }
`);
