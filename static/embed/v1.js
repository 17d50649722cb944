// What a company's website loads to show its customers their messages: <secure-inbox>, <secure-inbox-launcher>,
// <secure-inbox-badge> and window.SecureInbox. v1.d.ts beside this file says what each of them takes and gives.
//
// Every mail stays inside frames of the portal, which this page cannot look into. Heights, numbers and whether
// somebody is signed in are all that comes out, through a port that each framed document is given.

const ROOT = new URL("..", import.meta.url).href;
const PORTAL = new URL(ROOT).origin;

// In milliseconds, as all times here.
const HELLO_WITHIN = 10_000;
// It is said before a document is loaded to its end, and may be heard after it.
const HELLO_AFTER_LOAD = 2_000;
const HELLO_BEFORE_LOAD = 5_000;
const ANSWER_WITHIN = 5_000;
const RETRY_AFTER = 30_000;
const RETRY_AT_MOST = 300_000;
// A single-page website takes elements out, and puts others in.
const BACK_WITHIN = 1_000;

const pause = (time, value) => new Promise((resolve) => setTimeout(resolve, time, value));
const isObject = (value) => typeof value === "object" && value !== null;
const isCount = (value) => value === null || (Number.isInteger(value) && value >= 0);
const cleanSlug = (value) => (/^[\w-]+$/.test(value ?? "") ? value : "");

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function tell(name, detail = null) {
  document.dispatchEvent(new CustomEvent(`secure-inbox:${name}`, { detail }));
}

function next(name) {
  return new Promise((resolve) => document.addEventListener(`secure-inbox:${name}`, resolve, { once: true }));
}

/** Where the portal answers frames on this page, in the language and the colours that an element asks for. */
function base(element) {
  const [locale, scheme] = ["locale", "color-scheme"].map((name) => element?.getAttribute(name) ?? "");
  const key = [location.origin.replace("//", "")];
  if (/^[a-z]{2,3}(-[a-z\d]+)*$/i.test(locale)) key.push(locale);
  if (/^(light|dark)$/.test(scheme)) key.push(scheme);
  return `${ROOT}embed/in/${key}/`;
}

// --- A frame and its documents --------------------------------------------------------------------------------

const frames = new Set();

/** An iframe of the portal. Each document in it says hello, and is given a port of its own. */
class Frame {
  #part;
  #place;
  #life;
  #heard;
  #iframe;
  #port;
  #timer;
  #helloAt;
  // A hello whose document is not loaded to its end, and the other way round.
  #isAhead;
  #isBehind;

  /** `life` is told when a document said "hello", "refused" to be shown here, or is "lost"; `heard` is for messages. */
  constructor(part, place, life, heard) {
    this.#part = part;
    this.#place = place;
    this.#life = life;
    this.#heard = heard;
  }

  load(src, title) {
    this.unload();
    const allow = `publickey-credentials-get ${PORTAL}; clipboard-write ${PORTAL}`;
    // A new element each time: another address in the old one would be a step for the "Back" button.
    this.#iframe = make("iframe", { part: "frame", src, title, allow, referrerpolicy: "origin" });
    this.#iframe.addEventListener("load", () => this.#loaded());
    this.#place.append(this.#iframe);
    frames.add(this);
    this.#expect(HELLO_WITHIN);
  }

  unload() {
    clearTimeout(this.#timer);
    frames.delete(this);
    this.#iframe?.remove();
    this.#iframe = this.#port = null;
    this.#isAhead = this.#isBehind = false;
    this.#helloAt = -Infinity;
  }

  get window() {
    return this.#iframe?.contentWindow;
  }

  get isTalking() {
    return Boolean(this.#port);
  }

  set title(title) {
    if (this.#iframe) this.#iframe.title = title;
  }

  send(type, more) {
    this.#port?.postMessage({ type, ...more });
  }

  focus() {
    this.#iframe.focus();
    this.send("focus");
  }

  /** Its document has spoken: with "hello", or to say that it is "refused". */
  meet(word) {
    clearTimeout(this.#timer);
    this.#helloAt = Date.now();
    this.#isAhead = !this.#isBehind;
    this.#isBehind = false;
    if (word === "hello") this.#greet();
    this.#life[word]();
  }

  #greet() {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      if (!frames.has(this)) return;
      // Where a document gives way to the next one during the handshake, the port in use is the one that speaks.
      this.#port = port1;
      if (isObject(data) && Object.hasOwn(this.#heard, data.type)) this.#heard[data.type](data);
    };
    this.window.postMessage({ secureInbox: 1, port: true }, PORTAL, [port2]);
    this.#port = port1;
    this.send("role", { part: this.#part, identifies: Boolean(callback) });
  }

  /** Words in place of a good page would be worse than none in place of a bad one: in doubt it was greeted. */
  #loaded() {
    this.#isBehind = !this.#isAhead && Date.now() - this.#helloAt > HELLO_BEFORE_LOAD;
    this.#isAhead = false;
    if (this.#isBehind) this.#expect(HELLO_AFTER_LOAD);
  }

  #expect(time) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#life.lost, time);
  }
}

function hearFirstWord({ origin, source, data }) {
  if (origin !== PORTAL || !source || !isObject(data) || data.secureInbox !== 1) return;
  const word = ["hello", "refused"].find((name) => data[name] === true);
  for (const frame of frames) if (word && frame.window === source) frame.meet(word);
}

// --- The connector: one hidden frame, which counts and signs in for the whole page ----------------------------

// Elements, listeners and whoever else waits for what the connector says.
const needs = new Set();
const views = new Set();
const region = make("div", { role: "status" });
const holder = make("div");
let retryAfter = RETRY_AFTER;
let retryTimer;
// Undefined until the portal has said so.
let signedIn;
let unread = null;
let callback = null;
// Whether it is known who is looking, or a promise of it: before that, nothing is shown.
let identified = true;
let answer = () => {};
// Counts the questions who is looking: an answer to an earlier one is none any more.
let turn = 0;
let mustLeave = false;
let left = () => {};
let leaving = null;

const connectorLife = {
  hello() {
    clearTimeout(retryTimer);
    retryTimer = 0;
    retryAfter = RETRY_AFTER;
    if (mustLeave) connector.send("signOut");
  },
  refused() {
    // That this website shows nothing, to nobody.
    settle(true);
    complain("refused");
  },
  lost() {
    complain("unavailable");
    retryTimer = setTimeout(loadConnector, retryAfter);
    retryAfter = Math.min(retryAfter * 2, RETRY_AT_MOST);
  },
};

const connector = new Frame("connector", holder.attachShadow({ mode: "open" }), connectorLife, {
  session(message) {
    know(message.signedIn, connector);
    if (message.signedIn !== false) return;
    left(true);
    if (mustLeave) settle(true);
    mustLeave = false;
  },
  identify: () => identify(connector),
  handedOff(message) {
    const changed = message.changed === true;
    if (changed) showUnread(null);
    know(message.signedIn, connector);
    if (message.turn === turn) settle(message.isKnown === true);
    if (changed) for (const view of views) view.renew();
  },
  unread({ total, secureboxes, as_of, stale, more }) {
    if (identified !== true || !isObject(secureboxes) || ![total, ...Object.values(secureboxes)].every(isCount)) return;
    if (typeof as_of !== "string") return;
    showUnread({
      total,
      secureboxes: Object.freeze(secureboxes),
      as_of,
      stale: stale === true,
      more: Object.freeze(Array.isArray(more) ? more.map(String) : []),
    });
  },
  problem(message) {
    left(false);
    if (mustLeave) settle(false);
    complain(message.reason);
  },
});

function need(who) {
  needs.add(who);
  if (holder.isConnected) return;
  document.documentElement.append(holder);
  loadConnector();
}

function release(who) {
  needs.delete(who);
  setTimeout(() => needs.size || disconnect(), BACK_WITHIN);
}

function loadConnector() {
  clearTimeout(retryTimer);
  retryTimer = 0;
  connector.load(`${base()}embed/connect/`, "");
}

function disconnect() {
  clearTimeout(retryTimer);
  connector.unload();
  holder.remove();
  signedIn = undefined;
  unread = null;
}

function complain(reason) {
  if (["cookies", "refused", "unavailable", "identify"].includes(reason)) tell("problem", { reason });
}

/** Take note that somebody is signed in, or nobody; `from` is the frame that says so. */
function know(now, from) {
  if (typeof now !== "boolean" || now === signedIn) return;
  const before = signedIn;
  signedIn = now;
  if (from !== connector) connector.send("look");
  if (now) {
    tell("signedin");
    for (const view of views) if (view.frame !== from && view.signedIn === false) view.renew();
  } else {
    showUnread(null);
    if (before) tell("signedout");
  }
}

// --- Unread numbers -------------------------------------------------------------------------------------------

function showUnread(numbers) {
  unread = Object.freeze(numbers);
  region.textContent = "";
  for (const each of needs) each.render?.();
  tell("unread", unread ?? { total: null, secureboxes: {}, as_of: null, stale: false, more: [] });
}

/** In one securebox, or with an empty name in all; null where it is not known. */
function numberIn(slug) {
  if (!slug) return unread?.total ?? null;
  return unread && Object.hasOwn(unread.secureboxes, slug) ? unread.secureboxes[slug] : null;
}

/** As people read it: "3", "10+", and nothing for none or an unknown number. */
function labelFor(slug) {
  const isMore = slug ? unread?.more.includes(slug) : unread?.more.length;
  return numberIn(slug) ? `${numberIn(slug)}${isMore ? "+" : ""}` : "";
}

// --- Who is looking -------------------------------------------------------------------------------------------

/** Somebody else may be looking from now on. Until it is known who, what was shown is gone. */
function shut() {
  const before = answer;
  const asked = new Promise((resolve) => (answer = resolve));
  before((identified = asked));
  setTimeout(() => {
    if (identified !== asked) return;
    settle(false);
    complain("unavailable");
  }, ANSWER_WITHIN);
  turn += 1;
  if (unread) showUnread(null);
  for (const view of views) view.again();
  connector.send(mustLeave ? "signOut" : "identifies");
  if (retryTimer) loadConnector();
}

/** It is known who is looking, or it will not be: then there are words in place of what might be another's. */
function settle(isKnown) {
  identified = isKnown;
  answer(isKnown);
  if (!isKnown && unread) showUnread(null);
  for (const view of views) {
    if (!isKnown) view.fail();
    else if (view.hasFailed) view.again();
  }
}

/** Ask the website, and answer the frame that wants to know. Without a callback nobody can tell. */
async function identify(frame) {
  if (!callback) return;
  const mine = frame === connector ? (turn += 1) : turn;
  let token;
  try {
    token = await callback();
  } catch {
    // The website's own failure. It counts as no answer, and is told as a problem.
  }
  // Another may be looking since, or was asked for.
  if (mine !== turn) return;
  if (token === null || typeof token === "string") return frame.send("token", { token, turn });
  if (frame === connector) settle(false);
  complain("identify");
}

/** Who asks twice is told the same. */
function signOut() {
  leaving ??= leave().finally(() => (leaving = null));
  return leaving;
}

async function leave() {
  callback = null;
  mustLeave = true;
  const over = Promise.race([new Promise((resolve) => (left = resolve)), pause(ANSWER_WITHIN, false)]);
  need(over);
  shut();
  const isOver = await over;
  if (isOver) {
    if (!callback) needs.delete("identify");
    // Otherwise the connector stays, and makes up for it when the portal is back.
    release(over);
  }
  return isOver;
}

// --- What is seen of a frame ----------------------------------------------------------------------------------

const WORDS = {
  label: "Messages",
  "close-label": "Close",
  "unread-label": "{count} unread",
  "problem-label": "Your messages cannot be shown here right now.",
  "retry-label": "Try again",
  "window-label": "Open in a new window",
};

/** A frame that people look at; a sign of life until it is there, and words when it does not come. */
class View {
  #element;
  #problem = make("div", { part: "problem", role: "status" });
  // Of the page that was asked for.
  #path;
  #turn = 0;
  #isWaiting = false;
  #canResume = false;
  #focusFrom = null;

  constructor(element, part, heard) {
    this.#element = element;
    this.box = make("div", { class: "view" }, this.#problem);
    const life = {
      hello: () => this.#show(),
      refused: () => this.#show(),
      lost: () => {
        this.#apologise();
        complain("unavailable");
      },
    };
    this.frame = new Frame(part, this.box, life, {
      ...heard,
      identify: () => identify(this.frame),
      problem: ({ reason }) => complain(reason),
      session: (message) => {
        this.signedIn = message.signedIn;
        this.#canResume = message.canResume === true;
        // A message is begun once. From then on it is its securebox that is shown, if it comes to that again.
        if (this.signedIn === true) [this.#path] = this.#path.match(/^(inbox\/.+?\/)?/);
        know(message.signedIn, this.frame);
      },
    });
  }

  /** Show a page of the portal, by its path; what was shown before is gone at once. */
  async load(path = this.#element.home) {
    views.add(this);
    this.#path = path;
    // It is asked once more, for all.
    if (identified === false) return shut();
    this.clear();
    const mine = this.#turn;
    this.#isWaiting = true;
    await identified;
    if (mine !== this.#turn) return;
    this.#isWaiting = false;
    this.frame.load(base(this.#element) + path, this.#element.word("label"));
  }

  again() {
    this.load(this.#path);
  }

  /** For whoever is looking now. What has not begun to load is for them already. */
  renew() {
    if (this.#isWaiting) return;
    // A page that waits for somebody to sign in may know where they were.
    if (this.#canResume) this.frame.send("resume");
    else this.again();
  }

  clear() {
    this.#turn += 1;
    this.#isWaiting = this.#canResume = false;
    this.frame.unload();
    this.signedIn = undefined;
    this.#enter("loading");
  }

  drop() {
    this.clear();
    views.delete(this);
  }

  get hasFailed() {
    return this.box.dataset.state === "failed";
  }

  fail() {
    this.clear();
    this.#apologise();
  }

  #apologise() {
    const retry = make("button", { part: "retry" }, this.#element.word("retry-label"));
    retry.addEventListener("click", () => {
      this.again();
      this.focus();
    });
    const href = ROOT + this.#path;
    const aside = make("a", { part: "window", target: "_blank", rel: "noopener", href });
    aside.append(this.#element.word("window-label"));
    this.#enter("failed", make("p", {}, this.#element.word("problem-label")), retry, aside);
  }

  /** Now, or once there is a page, unless its reader has gone elsewhere meanwhile. */
  focus() {
    if (this.frame.isTalking) this.frame.focus();
    else this.#focusFrom = document.activeElement;
  }

  #show() {
    this.#enter("shown");
    const from = this.#focusFrom;
    this.#focusFrom = null;
    if (from && [from, document.body].includes(document.activeElement)) this.frame.focus();
  }

  #enter(state, ...problem) {
    this.box.dataset.state = state;
    this.box.ariaBusy = state === "loading";
    this.#problem.replaceChildren(...problem);
  }
}

// --- The elements ---------------------------------------------------------------------------------------------

class PortalElement extends HTMLElement {
  static observedAttributes = ["securebox", "locale", "color-scheme", ...Object.keys(WORDS)];
  #number = null;

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
  }

  connectedCallback() {
    need(this);
    this.render();
  }

  disconnectedCallback() {
    release(this);
  }

  attributeChangedCallback(_name, before, now) {
    if (this.isConnected && before !== now) this.render();
  }

  get slug() {
    return cleanSlug(this.getAttribute("securebox"));
  }

  word(name, count) {
    return (this.getAttribute(name) ?? WORDS[name]).replaceAll("{count}", count);
  }

  /** Say it to who cannot see it, if the number has grown since it was last known. */
  announce(words) {
    const number = numberIn(this.slug);
    if (this.#number !== null && number > this.#number) region.textContent = words;
    this.#number = signedIn ? (number ?? this.#number) : null;
  }
}

/** One that shows pages of the portal. */
class Stage extends PortalElement {
  #home = "";

  disconnectedCallback() {
    this.view.drop();
    super.disconnectedCallback();
  }

  /** The path of the page that it begins with. */
  get home() {
    return this.slug && `inbox/${this.slug}/`;
  }

  render() {
    this.view.frame.title = this.word("label");
    const home = base(this) + this.home;
    if (views.has(this.view) && home !== this.#home) this.view.load();
    this.#home = home;
  }
}

class Inbox extends Stage {
  constructor() {
    super();
    this.view = new View(this, "page", { height: ({ height }) => this.#fit(height) });
    this.shadowRoot.append(this.view.box);
  }

  connectedCallback() {
    super.connectedCallback();
    this.view.load();
  }

  show(path) {
    this.scrollIntoView({ block: "nearest" });
    if (path !== undefined) this.view.load(path);
    this.view.focus();
  }

  #fit(height) {
    const most = Number(this.getAttribute("max-height")) || 4000;
    if (Number.isFinite(height)) this.view.box.style.blockSize = `${Math.min(height, most)}px`;
  }
}

const SMALL = matchMedia("(max-width: 40rem), (max-height: 30rem)");
const LETTER = "M4.5 5h15q1.5 0 1.5 1.5v11q0 1.5-1.5 1.5h-15q-1.5 0-1.5-1.5v-11q0-1.5 1.5-1.5zM3.5 7l8.5 6 8.5-6";

function whatHasFocus() {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

/** In lines, on a ground of 24 by 24. */
function makeIcon(name, lines) {
  const [icon, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("class", name);
  icon.ariaHidden = true;
  path.setAttribute("d", lines);
  icon.append(path);
  return icon;
}

class Launcher extends Stage {
  #badge = make("span", { part: "badge" });
  #button = make(
    "button",
    { part: "button", "aria-haspopup": "dialog" },
    makeIcon("letter", LETTER),
    makeIcon("down", "M6 9l6 6 6-6"),
    this.#badge,
  );
  #title = make("div", { part: "title" });
  #close = make("button", { part: "close" }, makeIcon("cross", "M6 6l12 12M18 6L6 18"));
  #panel = make("dialog", { part: "panel", closedby: "closerequest" }, make("div", { part: "header" }, this.#title, this.#close));
  #isOpen = false;
  #focusFrom;
  #replace = () => this.#isOpen && this.#place();

  constructor() {
    super();
    this.view = new View(this, "panel", { escape: () => this.close() });
    this.#panel.append(this.view.box);
    this.shadowRoot.append(this.#button, this.#panel);
    this.#button.addEventListener("click", () => {
      // Not every browser does so by itself, and the focus is to come back here.
      this.#button.focus();
      this.#isOpen ? this.close() : this.show();
    });
    this.#close.addEventListener("click", () => this.close());
    // Browsers ask for it with Escape, and some on Android with "Back" where the panel fills the screen.
    this.#panel.addEventListener("cancel", () => this.close());
    // Those that do not know `closedby` ask a modal dialog alone.
    this.addEventListener("keydown", ({ key }) => key === "Escape" && !this.#panel.closedBy && this.close());
  }

  connectedCallback() {
    super.connectedCallback();
    SMALL.addEventListener("change", this.#replace);
  }

  disconnectedCallback() {
    SMALL.removeEventListener("change", this.#replace);
    this.close();
    super.disconnectedCallback();
  }

  show(path) {
    if (!this.#isOpen) {
      calls.close();
      this.#isOpen = true;
      this.#focusFrom = whatHasFocus();
      // Else the browser gives the focus back by itself, also where the panel only changes its place.
      this.#focusFrom?.blur();
      this.#place();
      this.render();
      tell("open");
    }
    if (path !== undefined || !views.has(this.view)) this.view.load(path);
    else if (this.view.hasFailed) this.view.again();
    this.view.focus();
  }

  close() {
    if (!this.#isOpen) return;
    const isInside = this.#panel.contains(this.shadowRoot.activeElement);
    this.#isOpen = false;
    this.#panel.close();
    if (isInside) this.#focusFrom?.focus({ preventScroll: true });
    this.render();
    tell("close");
  }

  render() {
    super.render();
    const label = this.word("label");
    const count = labelFor(this.slug);
    const name = label + (count && `, ${this.word("unread-label", count)}`);
    this.#badge.textContent = count;
    this.#button.ariaLabel = name;
    this.#button.ariaExpanded = this.#isOpen;
    this.#panel.ariaLabel = this.#title.textContent = label;
    this.#close.ariaLabel = this.word("close-label");
    this.announce(name);
  }

  /** Beside the page, or on a small screen instead of it. Who types in the frame must not notice the change. */
  #place() {
    const focused = this.shadowRoot.activeElement;
    const { style } = this.#panel;
    // A frame that loses the focus for a moment, or is not drawn, forgets in which of its fields it was.
    focused?.setAttribute("autofocus", "");
    style.display = "flex";
    this.#panel.close();
    SMALL.matches ? this.#panel.showModal() : this.#panel.show();
    style.display = "";
    focused?.removeAttribute("autofocus");
  }
}

class Badge extends PortalElement {
  #number = make("span", { "aria-hidden": "true" });
  #words = make("span", { class: "words" });
  #badge = make("span", { part: "badge" }, this.#number, this.#words);

  constructor() {
    super();
    this.shadowRoot.append(this.#badge);
  }

  word(name, count) {
    const words = count === "1" ? "1 unread message" : `${count} unread messages`;
    return this.hasAttribute(name) ? super.word(name, count) : words;
  }

  render() {
    const count = labelFor(this.slug);
    const words = this.word("unread-label", count);
    this.#badge.hidden = !count;
    this.#number.textContent = count;
    this.#words.textContent = words;
    this.announce(words);
  }
}

// --- How they look ---------------------------------------------------------------------------------------------

// Sizes are in em of the reader's own font size, whatever this page makes of its root's.
const sheet = new CSSStyleSheet();
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

:host(secure-inbox) { display: block; }
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

:host(secure-inbox-launcher) { --offset: var(--secure-inbox-offset, 1.25em); position: fixed; inset-block-end: calc(var(--offset) + env(safe-area-inset-bottom)); inset-inline: auto var(--offset); z-index: var(--secure-inbox-z-index, 2147483000); }
:host([position="start"]) { inset-inline: var(--offset) auto; }
[part="button"] { position: relative; inline-size: 3.5em; block-size: 3.5em; border-radius: 50%; background: var(--accent); color: var(--on-accent); box-shadow: 0 .25em 1em rgb(0 0 0 / .3); }
[part="button"]:hover { filter: brightness(1.12); }
[part="button"] [part="badge"] { position: absolute; inset-block-start: -.3em; inset-inline-end: -.3em; box-shadow: 0 0 0 2px var(--surface); }
[part="badge"]:empty, [aria-expanded="true"] .letter, [aria-expanded="false"] .down { display: none; }
svg { inline-size: 1.6em; block-size: 1.6em; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; pointer-events: none; }

dialog { position: absolute; inset-block: auto calc(100% + .75em); inset-inline: auto 0; inline-size: 24em; max-inline-size: none; block-size: min(40em, 100dvh - 2 * var(--offset) - 5em); max-block-size: none; margin: 0; padding: 0; overflow: hidden; overscroll-behavior: contain; flex-direction: column; border: 1px solid var(--line); border-radius: var(--round); background: var(--surface); color: var(--ink); box-shadow: 0 .75em 2.5em rgb(0 0 0 / .28); }
:host([position="start"]) dialog { inset-inline: 0 auto; }
dialog[open] { display: flex; }
[part="header"] { display: flex; align-items: center; justify-content: space-between; padding-inline: 1em .4em; border-block-end: 1px solid var(--line); }
[part="title"] { font-weight: 650; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
[part="close"] { flex: none; inline-size: 2.75em; block-size: 2.75em; margin-block: .25em; border-radius: 50%; }
[part="close"]:hover { background: var(--line); }
[part="close"] svg { inline-size: 1.25em; block-size: 1.25em; }
dialog:modal { position: fixed; inset: 0; inline-size: 100%; block-size: 100dvh; padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left); border: 0; border-radius: 0; }

@media (prefers-reduced-motion: no-preference) {
  .view[data-state="loading"]::before { animation: turn 1s linear infinite; }
  dialog[open] { animation: rise .16s ease-out; }
}
@keyframes turn { to { rotate: 1turn; } }
@keyframes rise { from { opacity: 0; translate: 0 .75em; } }
@media print { :host(secure-inbox-launcher) { display: none; } }
`);

// Nobody sees it, and it must not move anything on the page, whatever the page's style says of a div.
const unseen = new CSSStyleSheet();
unseen.replaceSync(":host { all: initial !important; position: fixed !important; inline-size: 1px !important; block-size: 1px !important; overflow: hidden !important; clip-path: inset(50%) !important; } iframe { display: none; }");
holder.shadowRoot.adoptedStyleSheets = [unseen];
holder.shadowRoot.append(region);

// --- window.SecureInbox ---------------------------------------------------------------------------------------

const all = (kind) => [...needs].filter((each) => each instanceof kind);
const stage = () => all(Launcher)[0] ?? all(Inbox)[0];

const calls = {
  identify(ask) {
    if (typeof ask !== "function") return;
    callback = ask;
    mustLeave = false;
    shut();
    need("identify");
  },

  signOut,

  open(options) {
    const slug = cleanSlug(options?.securebox);
    stage()?.show(slug ? `inbox/${slug}/` : undefined);
  },

  close() {
    for (const launcher of all(Launcher)) launcher.close();
  },

  compose(options) {
    const { securebox, subject } = options ?? {};
    const boxes = Object.keys(unread?.secureboxes ?? {});
    const slug = cleanSlug(securebox) || stage()?.slug || (boxes.length === 1 ? boxes[0] : "");
    // After the "#" it reaches no server and no log.
    const given = subject ? `#subject=${encodeURIComponent(subject)}` : "";
    stage()?.show(slug && `inbox/${slug}/compose/${given}`);
  },

  async getUnread() {
    const asker = {};
    need(asker);
    if ((await identified) && !unread && signedIn !== false) await Promise.race([next("unread"), next("problem"), pause(HELLO_WITHIN)]);
    release(asker);
    return unread;
  },

  on(name, listener) {
    if (typeof listener !== "function") return () => {};
    const heard = ({ detail }) => listener(detail);
    document.addEventListener(`secure-inbox:${name}`, heard);
    need(heard);
    if (name === "unread" && unread) queueMicrotask(() => needs.has(heard) && listener(unread));
    return () => {
      document.removeEventListener(`secure-inbox:${name}`, heard);
      release(heard);
    };
  },
};

/** Calls as arrays, such as ["identify", fetchToken]: a page may write them before this script is here. */
function push(...written) {
  for (const call of written) {
    if (Array.isArray(call) && Object.hasOwn(calls, call[0])) calls[call[0]](...call.slice(1));
  }
}

// A page may load it twice, or from two addresses: the first one is at work already.
if (!customElements.get("secure-inbox")) {
  const written = window.SecureInbox;
  window.SecureInbox = Object.freeze({ ...calls, push });
  addEventListener("message", hearFirstWord);
  addEventListener("pageshow", ({ persisted }) => persisted && callback && calls.identify(callback));
  if (Array.isArray(written)) push(...written);
  customElements.define("secure-inbox", Inbox);
  customElements.define("secure-inbox-launcher", Launcher);
  customElements.define("secure-inbox-badge", Badge);
}
