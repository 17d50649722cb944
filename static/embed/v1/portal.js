// Where the portal is: this script's own address says so.

export const ROOT = new URL("..", import.meta.url).href;
export const PORTAL = new URL(ROOT).origin;

/**
 * The address under which the portal answers frames on this page, in the language and colours an element asks for.
 *
 * @param {Element} [element]
 */
export function frameRoot(element) {
  const [locale, scheme] = ["locale", "color-scheme"].map((name) => element?.getAttribute(name) ?? "");
  const key = [location.origin.replace("//", "")];
  if (/^[a-z]{2,3}(-[a-z\d]+)*$/i.test(/** @type {string} */ (locale))) key.push(/** @type {string} */ (locale));
  if (/^(light|dark)$/.test(/** @type {string} */ (scheme))) key.push(/** @type {string} */ (scheme));
  return `${ROOT}embed/in/${key}/`;
}

/**
 * The path of the message whose address a website has been given. It comes from anywhere, so it can lead to a message
 * alone, never to what does something; the portal itself checks whose message it is.
 *
 * @param {unknown} link
 */
export function pathOfMessage(link) {
  const path = String(link).startsWith(ROOT) ? String(link).slice(ROOT.length) : "";
  return /^inbox\/[\w-]+\/\w\.[\w-]+\.[\w-]+\/$/.test(path) ? path : "";
}

// Whether the website's own policy forbids frames of the portal, or its second file.
let isBlocked = false;

/** @param {SecurityPolicyViolationEvent} event */
export function receiveViolation({ blockedURI, disposition, effectiveDirective }) {
  isBlocked ||=
    disposition === "enforce" && /^(frame|script)-src/.test(effectiveDirective) && blockedURI.startsWith(PORTAL);
}

/** Then browsers show no frame of the portal, which names this page's origin alone. */
function isInsideAnotherOrigin() {
  try {
    return !top?.document;
  } catch {
    return true;
  }
}

/**
 * Why a page of the portal does not come.
 *
 * @param {ProblemReason} reason where this page is not the cause
 */
export function explain(reason) {
  if (isBlocked) return "blocked";
  if (isInsideAnotherOrigin()) return "framed";
  // A copy of the script on the website itself.
  return PORTAL === location.origin ? "address" : reason;
}
