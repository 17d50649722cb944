// The loader of the embed package, in a page that is only as much of one as it needs.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

const PORTAL = "https://mail.company.example";
const ADDRESS = `${PORTAL}/embed/v1.js`;
const CALLS = "identify signOut refresh open close isOpen toggle compose getUnread on".split(" ");

let number = 0;
let page;

const load = (options) => page.loadSecureInbox({ portal: PORTAL, ...options });

beforeEach(async () => {
  const scripts = [];
  // A module of its own for each test: it remembers what it has loaded.
  const { loadSecureInbox } = await import(`../../portal/embed/package/load.js?${(number += 1)}`);
  page = { scripts, loadSecureInbox, ...Promise.withResolvers() };
  globalThis.window = globalThis;
  delete globalThis.SecureInbox;
  delete globalThis.trustedTypes;
  globalThis.customElements = { whenDefined: () => page.promise };
  globalThis.document = Object.assign(new EventTarget(), {
    scripts,
    createElement: () => Object.assign(new EventTarget(), { remove() { scripts.splice(scripts.indexOf(this), 1); } }),
    head: { append: (script) => scripts.push(script) },
  });
});

/** What the portal's script does when it runs. */
function run(calls = CALLS) {
  const written = globalThis.SecureInbox ?? [];
  globalThis.SecureInbox = Object.fromEntries([...calls, "push"].map((name) => [name, () => {}]));
  globalThis.SecureInbox.written = written;
  page.resolve();
}

const reason = (expected) => ({ name: "SecureInboxLoadError", reason: expected });

/** Until all that waits for nothing has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

// What a test left waiting ends with it.
afterEach(async () => {
  run();
  await settled();
});

test("the script is put in once, and each call is promised the same object", async () => {
  const [first, second] = [load(), load({ portal: `${PORTAL}/` })];
  assert.deepEqual(page.scripts.map(({ src, type }) => [src, type]), [[ADDRESS, "module"]]);
  run();
  assert.equal(await first, globalThis.SecureInbox);
  assert.equal(await second, globalThis.SecureInbox);
});

test("the callback is written down before the script runs", async () => {
  const identify = () => null;
  const promise = load({ identify });
  run();
  assert.deepEqual((await promise).written, [["identify", identify]]);
});

test("a script that the page has already is used", async () => {
  page.scripts.push(Object.assign(new EventTarget(), { src: ADDRESS }));
  const promise = load();
  assert.equal(page.scripts.length, 1);
  run();
  assert.equal(await promise, globalThis.SecureInbox);
});

test("a portal that does not answer is told, and asked again under another address", async () => {
  const promise = load();
  page.scripts[0].dispatchEvent(new Event("error"));
  await assert.rejects(promise, reason("unavailable"));
  assert.equal(page.scripts.length, 0);
  const again = load();
  assert.equal(page.scripts[0].src, `${ADDRESS}?again=1`);
  run();
  assert.equal(await again, globalThis.SecureInbox);
});

test("a policy of the page that forbids the script is told", async () => {
  const promise = load();
  const violation = { blockedURI: ADDRESS, disposition: "enforce" };
  globalThis.document.dispatchEvent(Object.assign(new Event("securitypolicyviolation"), violation));
  page.scripts[0].dispatchEvent(new Event("error"));
  await assert.rejects(promise, reason("blocked"));
});

test("a script that does not come in time is told, and may come later", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const promise = load({ timeout: 1000 });
  context.mock.timers.tick(1000);
  await assert.rejects(promise, reason("slow"));
  const again = load();
  assert.equal(page.scripts.length, 1);
  run();
  assert.equal(await again, globalThis.SecureInbox);
});

test("a portal older than the package is told", async () => {
  const promise = load();
  run(CALLS.filter((name) => name !== "refresh"));
  await assert.rejects(promise, reason("outdated"));
});

for (const portal of ["", undefined, "mail.company.example", "/embed", "javascript:alert(1)", `${PORTAL}/?a`, "https://"]) {
  test(`${portal} is no address of a portal`, async () => {
    await assert.rejects(load({ portal }), reason("address"));
    assert.equal(page.scripts.length, 0);
  });
}

test("a page has one portal", async () => {
  load();
  await assert.rejects(load({ portal: "https://other.example" }), reason("address"));
});

test("a portal may be below a path", async () => {
  load({ portal: `${PORTAL}/portal/` });
  assert.equal(page.scripts[0].src, `${PORTAL}/portal/embed/v1.js`);
});

test("where Trusted Types are required, the address comes from a policy", async () => {
  const policies = [];
  globalThis.trustedTypes = {
    createPolicy(name, rules) {
      policies.push(name);
      return { createScriptURL: (url) => ({ trusted: rules.createScriptURL(url) }) };
    },
  };
  load();
  assert.deepEqual([policies, page.scripts[0].src], [["secure-inbox"], { trusted: ADDRESS }]);
});

test("on a server the promise is rejected, and one that nobody looks at ends nothing", async () => {
  delete globalThis.document;
  load();
  await settled();
  await assert.rejects(load(), reason("server"));
});

test("the script's version is the package's", async () => {
  const { default: manifest } = await import("../../portal/embed/package/package.json", { with: { type: "json" } });
  assert.match(ADDRESS, new RegExp(`/v${parseInt(manifest.version, 10)}\\.js$`));
});
