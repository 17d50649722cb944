import assert from "node:assert/strict";
import { test } from "node:test";

import { rowAfter, shortcutOf } from "../../static/js/inbox/shortcut-keys.js";

const PAGE = { isTyping: false, isBusy: false };

/** A key that was pressed by itself. */
function pressed(key, more = {}) {
  const modifiers = { altKey: false, ctrlKey: false, metaKey: false, repeat: false };
  return { key, ...modifiers, isComposing: false, defaultPrevented: false, ...more };
}

test("j and k are steps in the list, also while they are held down", () => {
  assert.deepEqual(shortcutOf(pressed("j"), PAGE), { step: 1 });
  assert.deepEqual(shortcutOf(pressed("k", { repeat: true }), PAGE), { step: -1 });
});

test("each other key is an action, once for each press", () => {
  for (const key of ["c", "r", "e", "/", "?"]) {
    assert.deepEqual(shortcutOf(pressed(key), PAGE), { action: key });
    assert.equal(shortcutOf(pressed(key, { repeat: true }), PAGE), null);
  }
});

test("other keys mean nothing", () => {
  for (const key of ["a", "J", "C", "R", "E", "Enter", "Escape", " ", "Tab", "ArrowDown", "é", "Dead"]) {
    assert.equal(shortcutOf(pressed(key), PAGE), null);
  }
});

test("a key is not for us in a field, while a dialog or a menu is open, or with another key", () => {
  assert.equal(shortcutOf(pressed("c"), { ...PAGE, isTyping: true }), null);
  assert.equal(shortcutOf(pressed("c"), { ...PAGE, isBusy: true }), null);
  for (const taken of ["altKey", "ctrlKey", "metaKey", "isComposing", "defaultPrevented"]) {
    assert.equal(shortcutOf(pressed("c", { [taken]: true }), PAGE), null);
    assert.equal(shortcutOf(pressed("j", { [taken]: true }), PAGE), null);
  }
});

test("steps begin at the first row and end at the last", () => {
  assert.deepEqual([rowAfter(-1, 1, 3), rowAfter(-1, -1, 3)], [0, 0]);
  assert.deepEqual([rowAfter(0, 1, 3), rowAfter(2, 1, 3)], [1, 2]);
  assert.deepEqual([rowAfter(1, -1, 3), rowAfter(0, -1, 3)], [0, 0]);
});
