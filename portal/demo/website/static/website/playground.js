// The playground: makes the element that the form describes, shows the HTML for it, and logs what happens.

/** @typedef {"secure-inbox" | "secure-inbox-launcher" | "secure-inbox-badge"} ElementName */

const LOG_LENGTH = 100;
const COPIED_FOR = 2_000;

/** @param {string} name of a data attribute */
const find = (name) => /** @type {HTMLElement} */ (document.querySelector(`[data-${name}]`));
const [form, stage, snippet, log, copy] = ["settings", "stage", "snippet", "log", "copy"].map(find);
const settings = /** @type {HTMLFormElement} */ (form);
const securebox = /** @type {HTMLSelectElement} */ (settings.elements.namedItem("securebox"));
/** @type {HTMLElement | null} */
let element = null;

/** @returns {ElementName} */
const chosenName = () => /** @type {ElementName} */ (new FormData(settings).get("element"));

/** The attributes that are set and that this element has. */
function attributes() {
  const labels = settings.querySelectorAll(`[data-elements~="${chosenName()}"]`);
  const inputs = [...labels].map((label) => /** @type {HTMLInputElement} */ (label.querySelector("input, select")));
  const set = inputs.filter(({ type, checked, value }) => (type === "checkbox" ? checked : value));
  return set.map(({ name, type, value }) => /** @type {const} */ ([name, type === "checkbox" ? "" : value]));
}

/** Custom properties that were changed. */
function look() {
  const inputs = /** @type {NodeListOf<HTMLInputElement>} */ (settings.querySelectorAll("details input"));
  return [...inputs].filter(({ value, defaultValue }) => value !== defaultValue).map(({ name, value }) => [name, value]);
}

/** @param {string} value */
const escape = (value) => value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

function html() {
  const name = chosenName();
  const written = attributes().map(([key, value]) => (value ? ` ${key}="${escape(value)}"` : ` ${key}`));
  const rules = look().map(([key, value]) => `  ${key}: ${value};\n`);
  const lines = [`<script type="module" src="${snippet?.dataset.script}"></script>`, `<${name}${written.join("")}></${name}>`];
  if (rules.length) lines.push(`<style>\n:root {\n${rules.join("")}}\n</style>`);
  return lines.join("\n");
}

/** Show the element with its present attributes; a new one only if another is chosen. */
function show() {
  const name = chosenName();
  for (const label of /** @type {NodeListOf<HTMLElement>} */ (settings.querySelectorAll("[data-elements]"))) {
    label.hidden = !label.dataset.elements?.split(" ").includes(name);
  }
  if (element?.localName !== name) {
    element = document.createElement(name);
    stage?.replaceChildren(...around(name, element));
  }
  const set = new Map(attributes());
  for (const old of element.getAttributeNames()) if (!set.has(old)) element.removeAttribute(old);
  for (const [key, value] of set) if (element.getAttribute(key) !== value) element.setAttribute(key, value);
  const { style } = document.documentElement;
  for (const key of [...style]) if (key.startsWith("--secure-inbox")) style.removeProperty(key);
  for (const [key, value] of look()) style.setProperty(/** @type {string} */ (key), /** @type {string} */ (value));
  if (snippet) snippet.textContent = html();
}

/**
 * Words for what would be too little to see alone.
 *
 * @param {ElementName} name
 * @param {HTMLElement} made
 */
function around(name, made) {
  const words = document.createElement("p");
  if (name === "secure-inbox") return [made];
  if (name === "secure-inbox-badge") words.append("My messages ", made);
  else words.append("It is in the corner of the window.", made);
  return [words];
}

/**
 * @param {string} name of an event, or a call as it is written
 * @param {unknown} detail
 * @param {string} [kind]
 */
function record(name, detail, kind = "event") {
  const [entry, time, title, text] = ["li", "time", "code", "code"].map((tag) => document.createElement(tag));
  if (!entry || !time || !title || !text) return;
  time.textContent = new Date().toLocaleTimeString();
  title.textContent = name;
  title.className = kind;
  text.textContent = JSON.stringify(detail) ?? "";
  entry.append(time, title, text);
  log?.prepend(entry);
  while (log && log.childElementCount > LOG_LENGTH) log.lastElementChild?.remove();
}

/** @param {Unread} unread */
function offerSecureboxes({ secureboxes }) {
  const known = new Set([...securebox.options].map(({ value }) => value));
  for (const slug of Object.keys(secureboxes)) if (!known.has(slug)) securebox.add(new Option(slug));
}

/**
 * Call the portal's script as a page would, with what is set in the form.
 *
 * @param {string} name
 */
async function call(name) {
  const secureInbox = /** @type {any} */ (window.SecureInbox);
  const takesSecurebox = ["open", "toggle", "compose"].includes(name) && securebox.value;
  const given = takesSecurebox ? [{ securebox: securebox.value }] : [];
  if (typeof secureInbox?.[name] !== "function") return record(`${name}()`, "The portal’s script is not there.", "call");
  const written = given.map((each) => JSON.stringify(each));
  record(`${name}(${written})`, await secureInbox[name](...given), "call");
}

for (const name of find("events").dataset.events?.split(" ") ?? []) {
  document.addEventListener(`secure-inbox:${name}`, (event) => record(name, /** @type {CustomEvent} */ (event).detail));
}
document.addEventListener("secure-inbox:unread", ({ detail }) => offerSecureboxes(detail));
settings.addEventListener("input", show);
settings.addEventListener("reset", () => setTimeout(show));
settings.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("click", async ({ target }) => {
  const button = target instanceof Element ? target.closest("button") : null;
  if (button?.dataset.call) await call(button.dataset.call);
  if (button?.dataset.clear !== undefined) log?.replaceChildren();
  if (!copy || button !== copy) return;
  await navigator.clipboard.writeText(html());
  copy.textContent = "Copied";
  setTimeout(() => (copy.textContent = "Copy"), COPIED_FOR);
});
show();
