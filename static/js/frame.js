// Speaks with the page of the company's website that shows this one in a frame. Heights and numbers go out, and
// whether somebody is signed in: never a word of what is shown. Strangers are not answered.

const { dataset } = document.documentElement;
const { frameHost, stateUrl, windowUrl } = dataset;
const { unreadUrl, handOffUrl, signOutUrl } = document.body.dataset;
const isConnector = signOutUrl !== undefined; // The hidden page that a page of the website has once.
const SHORTEST_SECONDS = 30; // Between two questions who is signed in at the company.
const TOKEN_SECONDS = 3;
const CODE_SECONDS = 50; // They open a window for a minute.

let port = null;
let signedIn = dataset.signedIn === "yes";
const tell = (type, more = {}) => port?.postMessage({ type, ...more });

function know(nowSignedIn) {
  if (nowSignedIn === signedIn) return;
  signedIn = nowSignedIn;
  tell("session", { signedIn });
}

// --- Calls to the portal -------------------------------------------------------------------------------------------

const HEADERS = { Accept: "application/json", "X-Requested-With": "SecureInbox" };

async function look() {
  const answer = await fetch(stateUrl, { headers: HEADERS });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

function post(url, token, body) {
  const headers = { ...HEADERS, "Content-Type": "application/json", "X-CSRFToken": token };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
}

// --- The hidden page that a website has once: hand-off, numbers, signing out --------------------------------------

let numbers; // What is known of them: nothing yet; null where nobody is signed in.
let isKnown = true; // Whose they are. It is not while the website is asked who is looking: no number goes out then.
let askedAt = -Infinity;
let calls = Promise.resolve();

/** One after the other: what the website said last is what counts. */
function inTurn(call) {
  calls = calls.then(call);
}

function relay() {
  if (!isKnown || numbers === undefined) return;
  know(numbers !== null);
  if (numbers === null) {
    const askedLately = performance.now() - askedAt <= SHORTEST_SECONDS * 1000;
    if (!askedLately) askForToken();
  } else {
    const { total, secureboxes, more, as_of, stale } = numbers;
    tell("unread", { total, secureboxes, more, as_of, stale });
  }
}

function askForToken() {
  askedAt = performance.now();
  tell("identify");
}

function waitForToken() {
  isKnown = false;
  askForToken();
}

/** Numbers that were asked for before, or are on their way, may be another's. */
function lookAnew() {
  numbers = undefined;
  document.dispatchEvent(new CustomEvent("lookunread", { detail: { signedIn } }));
}

/** Gives whether the customer has `changed`, and whether it `isKnown` who is signed in now. */
async function exchange(token) {
  const state = await look();
  know(state.signed_in);
  if (!state.cookies) {
    tell("problem", { reason: "cookies" });
    return { changed: false, isKnown: !signedIn };
  }
  if (token === null && !signedIn && !state.pending) return { changed: false, isKnown: true };
  const answer = await post(handOffUrl, state.token, { token });
  if (answer.status >= 500) throw new Error(answer.status);
  if (!answer.ok) tell("problem", { reason: "refused" });
  const outcome = await answer.json().catch(() => ({}));
  if (outcome.signed_in !== undefined) know(outcome.signed_in);
  // A session that is left after a refusal is somebody's, but perhaps not of whoever is looking.
  return { changed: Boolean(outcome.changed), isKnown: answer.ok || outcome.signed_in === false };
}

async function handOff(token, turn) {
  let changed = false;
  isKnown = false;
  try {
    ({ changed, isKnown } = await exchange(token));
  } catch {
    tell("problem", { reason: "unavailable" });
  }
  tell("handedOff", { turn, signedIn, changed, isKnown });
  lookAnew();
}

async function signOut() {
  isKnown = false;
  try {
    const state = await look();
    if (state.signed_in) await post(signOutUrl, state.token, {});
    know((await look()).signed_in);
    isKnown = !signedIn;
  } catch {
    tell("problem", { reason: "unavailable" });
  }
  tell("session", { signedIn });
  lookAnew();
  new BroadcastChannel("session").postMessage("look");
}

// --- A page that is seen ---------------------------------------------------------------------------------------------

function followHeight() {
  const measure = () => tell("height", { height: Math.ceil(document.body.getBoundingClientRect().height) });
  new ResizeObserver(measure).observe(document.body);
}

function takeFocus() {
  const target = document.querySelector("main h1") ?? document.querySelector("main");
  target.tabIndex = -1;
  // Nothing moves: the frame may have no size yet, and who comes back goes on where they were.
  target.focus({ preventScroll: true });
}

function leaveByEscape(event) {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const menu = document.activeElement?.closest("details[open]");
  if (!menu) return tell("escape");
  menu.open = false;
  menu.querySelector("summary").focus();
}

async function lookForCookies(notice) {
  try {
    if ((await look()).cookies) return;
  } catch {
    return;
  }
  notice.hidden = false;
  tell("problem", { reason: "cookies" });
}

// Where this browser keeps no session, or keeps it for frames alone, a code leads on in the new window.
async function addressOutside(link) {
  await draftIsSaved();
  const leadsHere = link.hasAttribute("data-window-here");
  const next = leadsHere ? location.pathname + location.search : new URL(link.href).pathname;
  const state = await look();
  const token = state.signed_in ? undefined : await tokenFromHost();
  if (!state.signed_in && !token) return link.href;
  const answer = await post(windowUrl, state.token, { next, token });
  return answer.ok ? (await answer.json()).url : link.href;
}

function draftIsSaved() {
  const saving = [];
  document.dispatchEvent(new CustomEvent("savedraft", { detail: saving }));
  return Promise.all(saving);
}

let takeToken = () => {};

function tokenFromHost() {
  return new Promise((resolve) => {
    takeToken = resolve;
    tell("identify");
    setTimeout(resolve, TOKEN_SECONDS * 1000, null);
  });
}

// With the address at hand, while the browser still knows that somebody clicked. Where it has forgotten, as Safari does
// at once, the link itself leads there at the next click. Nobody knows which it was: a website that parts with the
// windows its pages open is told of none.
async function openWindow(event) {
  const link = event.target.closest?.("a[data-window]");
  if (!link || link.dataset.window === "ready") return;
  event.preventDefault();
  if (link.dataset.window === "asking") return;
  link.dataset.window = "asking";
  const plain = link.href;
  const address = await addressOutside(link).catch(() => plain);
  const isOpen = open(address, "_blank");
  link.dataset.window = "";
  if (!isOpen) offer(link, address);
}

function offer(link, address) {
  const plain = link.href;
  const words = document.createElement("span");
  words.className = "press-again";
  words.role = "status";
  link.after(words);
  words.textContent = dataset.pressAgain;
  words.scrollIntoView({ block: "nearest" });
  link.href = address;
  link.dataset.window = "ready";
  setTimeout(() => {
    words.remove();
    link.href = plain;
    link.dataset.window = "";
  }, CODE_SECONDS * 1000);
}

// The website may suggest a subject. It comes in the fragment, which no server sees. For whoever has to sign in first
// it waits in the frame's name, for that lives through its pages even where a browser keeps nothing else.
function suggestSubject() {
  const suggested = new URLSearchParams(location.hash.slice(1)).get("subject") ?? window.name;
  const field = document.querySelector("[data-compose] input[name=subject]");
  if (field) field.value ||= suggested;
  window.name = field ? "" : suggested;
}

// The page before may have been left far down: the next one begins at its head. The first one moves nothing.
function beginAtTheTop() {
  const cameFromHere = document.referrer.startsWith(`${location.origin}/`);
  if (cameFromHere) document.querySelector(".top").scrollIntoView({ block: "nearest" });
}

// Browsers do this by themselves on pages of one origin alone. Who types on the website's own page goes on there.
function focusWhatIsToBeMended() {
  if (document.hasFocus()) document.querySelector("[autofocus]")?.focus();
}

// Frames that are loaded at once are each given a token and its cookie, and the cookie that came last is kept. So whoever
// is signed out sends the token that goes with the cookie by then.
const renewed = new WeakSet();
let renewing = false;

async function renewToken(event) {
  const { target: form, submitter } = event;
  const field = form.querySelector("[name=csrfmiddlewaretoken]");
  if (!field || renewed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (renewing) return;
  renewing = true;
  // Without an answer the form goes as it is, and meets whatever is wrong itself.
  const state = await look().catch(() => null);
  if (state) field.value = state.token;
  renewing = false;
  renewed.add(form);
  form.requestSubmit(submitter);
}

// Where they were when their session ended, for whoever is signed in again by other means than this page. The address
// says so, and might say anything.
function wantedPage() {
  const next = new URLSearchParams(location.search).get("next") ?? document.querySelector("input[name=next]")?.value;
  const isOurs = next && URL.canParse(next, location) && new URL(next, location).origin === location.origin;
  return isOurs ? next : null;
}

function resume() {
  const page = wantedPage();
  if (page) location.replace(page);
}

function show() {
  beginAtTheTop();
  suggestSubject();
  focusWhatIsToBeMended();
  document.addEventListener("keydown", leaveByEscape);
  document.addEventListener("click", openWindow);
  if (!signedIn) document.addEventListener("submit", renewToken, { capture: true });
  const notice = document.querySelector("[data-cookies-refused]");
  if (notice) lookForCookies(notice);
}

// --- The host --------------------------------------------------------------------------------------------------------

const hear = new Map([
  ["role", ({ part, identifies }) => {
    if (!isConnector) return part === "page" && followHeight();
    if (identifies) waitForToken();
    else relay();
  }],
  ["identifies", () => isConnector && waitForToken()],
  ["token", ({ token, turn }) => {
    if (token !== null && typeof token !== "string") return;
    if (isConnector) inTurn(() => handOff(token, turn));
    else takeToken(token);
  }],
  ["signOut", () => isConnector && inTurn(signOut)],
  ["look", () => document.dispatchEvent(new CustomEvent("lookunread", { detail: { signedIn: true } }))],
  ["focus", takeFocus],
  ["resume", resume],
]);

addEventListener("message", ({ source, origin, data, ports }) => {
  if (port || source !== parent || origin !== frameHost) return;
  if (data?.secureInbox !== 1 || data.port !== true || ports.length !== 1) return;
  [port] = ports;
  port.onmessage = ({ data }) => hear.get(data?.type)?.(data);
  tell("session", { signedIn, canResume: !signedIn && wantedPage() !== null });
});
if (isConnector) {
  document.addEventListener("unread", ({ detail }) => {
    numbers = detail;
    if (port) relay();
  });
} else {
  show();
}
parent.postMessage({ secureInbox: 1, hello: true }, frameHost);
