// What the hooks of all frameworks read, and what they hand to the script.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const UNREAD = Object.freeze({ total: 2, secureboxes: { claims: 2 }, as_of: "2026-11-23T12:00:00Z", stale: false, more: [] });

let number = 0;
let stores;
let script;

/** What the script promises of its calls. It says at once what is known, and then each change. */
function makeScript() {
  const listeners = [];
  return {
    listeners,
    isOpen: () => false,
    on(name, listener) {
      const entry = { name, listener };
      listeners.push(entry);
      return () => listeners.splice(listeners.indexOf(entry), 1);
    },
    emit(name, detail) {
      for (const each of listeners) if (each.name === name) each.listener(detail);
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(async () => {
  globalThis.window = globalThis;
  script = makeScript();
  globalThis.SecureInbox = script;
  globalThis.customElements = { whenDefined: () => Promise.resolve() };
  stores = await import(`../../portal/embed/package/stores.js?${(number += 1)}`);
});

test("a listener is told at once that nothing is known, and then each number", async () => {
  const heard = [];
  stores.unread.subscribe(({ total }) => heard.push(total));
  await settled();
  script.emit("unread", UNREAD);
  assert.deepEqual(heard, [null, 2]);
  assert.equal(stores.unread.get(), UNREAD);
});

test("however many listen, the script is listened to once", async () => {
  Array.from({ length: 3 }, () => stores.unread.subscribe(() => {}));
  await settled();
  assert.equal(script.listeners.length, 1);
});

test("a number stays known for a moment after its last listener, and no longer", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const stop = stores.unread.subscribe(() => {});
  await settled();
  script.emit("unread", UNREAD);
  stop();
  context.mock.timers.tick(999);
  assert.equal(stores.unread.get(), UNREAD);
  context.mock.timers.tick(1);
  assert.equal(stores.unread.get().total, null);
  assert.equal(script.listeners.length, 0);
});

test("a listener that is replaced at once, as in StrictMode, loses nothing", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  stores.unread.subscribe(() => {})();
  stores.unread.subscribe(() => {});
  await settled();
  script.emit("unread", UNREAD);
  context.mock.timers.tick(5_000);
  assert.equal(stores.unread.get(), UNREAD);
  assert.equal(script.listeners.length, 1);
});

test("who stops before the script is there is not heard of later", async () => {
  stores.listen("problem", () => {})();
  await settled();
  assert.equal(script.listeners.length, 0);
});

test("the state follows the panel and the customer", async () => {
  stores.inbox.subscribe(() => {});
  assert.equal(stores.inbox.get().secureInbox, null);
  await settled();
  script.emit("opened", null);
  script.emit("identity", { signedIn: true });
  assert.deepEqual(stores.inbox.get(), { secureInbox: script, error: null, isOpen: true, isSignedIn: true });
  script.emit("closed", null);
  script.emit("identity", { signedIn: null });
  assert.deepEqual(stores.inbox.get(), { secureInbox: script, error: null, isOpen: false, isSignedIn: null });
});

test("the callback is handed over once for each customer, and the latest one is called", () => {
  globalThis.SecureInbox = [];
  for (const customer of ["ann", "ann", null, null, "bob"]) stores.applyOptions({ customer, identify: () => customer });
  assert.deepEqual(globalThis.SecureInbox.map(([name]) => name), ["identify", "identify", "identify"]);
  assert.deepEqual(globalThis.SecureInbox.map(([, callback]) => callback()), ["bob", "bob", "bob"]);
});

test("without a callback nothing is handed over", () => {
  globalThis.SecureInbox = [];
  stores.applyOptions({ customer: "ann" });
  assert.deepEqual(globalThis.SecureInbox, []);
});
