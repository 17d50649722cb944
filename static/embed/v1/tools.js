// Small tools that the other modules share.

/**
 * @template T
 * @param {number} milliseconds
 * @param {T} [value]
 * @returns {Promise<T>}
 */
export const pause = (milliseconds, value) => new Promise((resolve) => setTimeout(resolve, milliseconds, value));

/**
 * @param {unknown} value
 * @returns {value is Record<string, any>}
 */
export const isObject = (value) => typeof value === "object" && value !== null;

/**
 * A securebox's short name; empty where it is not one.
 *
 * @param {string | null | undefined} value
 */
export const cleanSlug = (value) => (value && /^[\w-]+$/.test(value) ? value : "");

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function createElement(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/**
 * @param {string} name
 * @param {unknown} [detail]
 */
export function emit(name, detail = null) {
  document.dispatchEvent(new CustomEvent(`secure-inbox:${name}`, { detail }));
}

const REASONS = "address blocked cookies framed identify refused slow unavailable unlisted".split(" ");

/**
 * @param {any} reason is ignored where it is not a known one
 * @param {unknown} [detail] for the website's developers
 */
export function reportProblem(reason, detail) {
  if (REASONS.includes(reason)) emit("problem", detail ? { reason, detail } : { reason });
}
