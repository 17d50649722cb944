// The portal's own texts, which the attributes of an element override.

/**
 * By language, its default first. The portal writes them in as it serves the script: see portal/embed/labels.py.
 *
 * @type {Map<string, Record<string, string>>}
 */
const LABELS = new Map(/** @type {any} */ ("{{labels}}"));
const [STANDARD = {}] = LABELS.values();

export const LABEL_ATTRIBUTES = Object.keys(STANDARD);

/**
 * @param {string} name
 * @param {string} locale the portal's default language stands in for one that it does not have
 */
export function labelOf(name, locale) {
  const language = locale.toLowerCase();
  const labels = LABELS.get(language) ?? LABELS.get(language.replace(/-.*/, "")) ?? STANDARD;
  return labels[name] ?? "";
}
