// What a website suggests for a new message.

/**
 * @param {unknown} subject
 * @param {unknown} fields by their keys: as an object, or written as a query
 * @returns {Suggestion}
 */
export function suggestionOf(subject, fields) {
  return { subject: String(subject ?? ""), fields: String(new URLSearchParams(/** @type {any} */ (fields ?? ""))) };
}
