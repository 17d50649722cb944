// What the website suggests for a new message. It is shown in the empty form, for its writer to keep or change: nothing
// is saved or sent by that.

// Characters, as the form takes them.
const MAX_SUBJECT = 150;
const MAX_FIELD = 200;

/**
 * @param {unknown} subject
 * @param {unknown} [fields] for what the securebox asks for beside the text: a query, by their keys
 */
export function suggest(subject, fields) {
  const form = document.querySelector("form[data-compose]");
  if (!(form instanceof HTMLFormElement) || !isNew(form)) return;
  fill(form, "subject", subject, MAX_SUBJECT);
  for (const [key, value] of new URLSearchParams(typeof fields === "string" ? fields : "")) {
    fill(form, `extra-${key}`, value, MAX_FIELD);
  }
}

/**
 * Neither an answer nor a draft, nor a form that comes back with an error.
 *
 * @param {HTMLFormElement} form
 */
function isNew(form) {
  const lines = [...form.querySelectorAll("input[type=text], textarea")];
  const isEmpty = lines.every((field) => "value" in field && !field.value);
  const query = new URLSearchParams(location.search);
  return isEmpty && !query.has("reply") && !query.has("draft") && !("inConversation" in form.dataset);
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {unknown} value
 * @param {number} max
 */
function fill(form, name, value, max) {
  const field = form.elements.namedItem(name);
  const isLine = field instanceof HTMLInputElement && field.type === "text";
  if (isLine && typeof value === "string") field.value = [...value].slice(0, max).join("");
}
