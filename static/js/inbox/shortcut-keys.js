// Which key means what, apart from any page.

// Those that may be held down.
const STEPS = new Map([
  ["j", 1],
  ["k", -1],
]);
const ACTIONS = new Set(["c", "r", "e", "/", "?"]);

/**
 * What a key that was pressed asks for: a step in the list, or the action with this key. Null for any other key, and
 * where the key is meant for something else: a field, a menu, the browser, an input method.
 *
 * @param {{ key: string, altKey: boolean, ctrlKey: boolean, metaKey: boolean, repeat: boolean, isComposing: boolean,
 *   defaultPrevented: boolean }} event
 * @param {{ isTyping: boolean, isBusy: boolean }} page whether a field has the focus; whether a dialog or a menu is open
 * @returns {{ step: number } | { action: string } | null}
 */
export function shortcutOf(event, { isTyping, isBusy }) {
  if (event.defaultPrevented || event.isComposing || isTyping || isBusy) return null;
  // With Shift, some keyboards write "/" and most write "?".
  if (event.altKey || event.ctrlKey || event.metaKey) return null;
  const step = STEPS.get(event.key);
  if (step !== undefined) return { step };
  return ACTIONS.has(event.key) && !event.repeat ? { action: event.key } : null;
}

/**
 * The row to go to, from this one (-1: from none) by this step: the first one from none, and never beyond the ends.
 *
 * @param {number} current
 * @param {number} step
 * @param {number} count
 */
export function rowAfter(current, step, count) {
  return current < 0 ? 0 : Math.min(Math.max(current + step, 0), count - 1);
}
