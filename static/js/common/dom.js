// Finding the elements that a template promises, with their types.

/**
 * The first match. Throws a TypeError where the template lacks it, which is a mistake of ours.
 *
 * @template {Element} T
 * @param {ParentNode} parent
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}
 */
export function find(parent, selector, type) {
  const found = parent.querySelector(selector);
  if (!(found instanceof type)) throw new TypeError(`The page has no ${type.name} for ${selector}`);
  return found;
}

/**
 * All matches of this type, perhaps no element at all.
 *
 * @template {Element} T
 * @param {ParentNode} parent
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T[]}
 */
export function findAll(parent, selector, type) {
  const found = [...parent.querySelectorAll(selector)].filter((element) => element instanceof type);
  return /** @type {T[]} */ (found);
}

/**
 * A hidden or visible field of a form, by its name.
 *
 * @param {HTMLFormElement} form
 * @param {string} name
 */
export function fieldOf(form, name) {
  return find(form, `input[name="${name}"]`, HTMLInputElement);
}
