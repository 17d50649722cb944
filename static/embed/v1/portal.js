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
