import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Identity } from "../../static/embed/v1/identity.js";
import { pass, settle, stopTheClock } from "./clock.js";

stopTheClock();

let log, identity, frame;

beforeEach(() => {
  log = [];
  identity = new Identity({
    lock: (message) => log.push(`lock ${message}`),
    unlock: (isKnown) => log.push(`unlock ${isKnown}`),
    need: (key) => log.push(`need ${typeof key === "string" ? key : "a promise"}`),
    release: (key) => log.push(`release ${typeof key === "string" ? key : "a promise"}`),
    reportProblem: (reason) => log.push(`problem ${reason}`),
  });
  frame = {
    sent: [],
    send(type, { token, turn } = {}) {
      this.sent.push([type, token, turn]);
    },
  };
});

/** The website names a customer, and the connector asks for a token. */
async function askForToken(callback) {
  identity.identify(callback);
  await identity.sendToken(frame, true);
  return frame.sent.at(-1)?.[2];
}

test("without a callback everything is shown at once", () => {
  assert.equal(identity.known, true);
});

test("hides everything until the portal has used the token", async () => {
  const turn = await askForToken(() => "token");
  assert.deepEqual(log, ["lock identifies", "need identify"]);
  assert.ok(identity.known instanceof Promise);
  assert.deepEqual(frame.sent, [["token", "token", turn]]);
  identity.handedOff(turn, true);
  assert.equal(identity.known, true);
  assert.equal(log.at(-1), "unlock true");
});

test("null says that no customer is signed in, and is sent as well", async () => {
  await askForToken(() => null);
  assert.equal(frame.sent[0][1], null);
});

for (const [name, callback] of [
  ["fails", () => Promise.reject(new Error("The website's own."))],
  ["gives neither a token nor null", () => undefined],
]) {
  test(`a callback that ${name} leaves the customer unknown`, async () => {
    await askForToken(callback);
    assert.deepEqual(frame.sent, [["noToken", undefined, undefined]]);
    assert.equal(identity.known, false);
    assert.deepEqual(log.slice(-2), ["unlock false", "problem identify"]);
  });
}

test("asked again while pages are shown, a callback that fails hides none of them", async () => {
  identity.handedOff(await askForToken(() => "token"), true);
  identity.callback = () => Promise.reject(new Error("The website's own."));
  await identity.sendToken(frame, true);
  assert.equal(identity.known, true);
  assert.equal(frame.sent.at(-1)[0], "noToken");
  assert.equal(log.at(-1), "problem identify");
});

test("a seen frame that asks for a token decides nothing", async () => {
  const turn = await askForToken(() => "token");
  identity.callback = () => undefined;
  await identity.sendToken(frame, false);
  assert.equal(log.at(-1), "problem identify");
  assert.ok(identity.known instanceof Promise);
  identity.handedOff(turn, true);
  assert.equal(identity.known, true);
});

test("an answer to an earlier question is dropped", async () => {
  const turn = await askForToken(() => "alice");
  await askForToken(() => "bob");
  identity.handedOff(turn, true);
  assert.ok(identity.known instanceof Promise);
  identity.handedOff(frame.sent.at(-1)[2], true);
  assert.equal(identity.known, true);
});

test("where the portal asks twice, only what comes of the second token counts", async () => {
  const turn = await askForToken(() => "token");
  await identity.sendToken(frame, true);
  identity.handedOff(turn, false);
  assert.ok(identity.known instanceof Promise);
  identity.handedOff(frame.sent.at(-1)[2], true);
  assert.equal(identity.known, true);
});

test("a token that the website gives too late is not sent", async () => {
  let release;
  identity.identify(() => new Promise((resolve) => (release = resolve)));
  const late = identity.sendToken(frame, true);
  identity.lock();
  release("alice");
  await late;
  assert.deepEqual(frame.sent, []);
});

test("code that waits for an earlier answer waits for the present one", async () => {
  identity.lock();
  let isKnown;
  identity.known.then((value) => (isKnown = value));
  identity.lock();
  await settle();
  assert.equal(isKnown, undefined);
  identity.resolve(true);
  await settle();
  assert.equal(isKnown, true);
});

test("without an answer within 5 seconds the customer stays unknown", async () => {
  await askForToken(() => "token");
  await pass(4.5);
  assert.ok(identity.known instanceof Promise);
  await pass(0.5);
  assert.equal(identity.known, false);
  assert.deepEqual(log.slice(-2), ["unlock false", "problem slow"]);
});

test("each question has its own 5 seconds", async () => {
  await askForToken(() => "alice");
  await pass(3);
  const turn = await askForToken(() => "bob");
  await pass(3);
  identity.handedOff(turn, true);
  await pass(5);
  assert.equal(identity.known, true);
});

test("signing out forgets the callback and waits for the portal", async () => {
  await askForToken(() => "token");
  const outcome = identity.signOut();
  assert.equal(identity.callback, null);
  assert.deepEqual(log.slice(-2), ["need a promise", "lock signOut"]);
  identity.signedOut();
  assert.equal(await outcome, true);
  assert.equal(identity.mustSignOut, false);
  assert.equal(identity.known, true);
  assert.deepEqual(log.slice(-3), ["unlock true", "release identify", "release a promise"]);
});

test("two calls to sign out get the same answer", async () => {
  const [first, second] = [identity.signOut(), identity.signOut()];
  assert.equal(first, second);
  identity.signedOut();
  await first;
  assert.notEqual(identity.signOut(), first);
});

test("where the portal fails, signing out is not confirmed and made up for later", async () => {
  const outcome = identity.signOut();
  identity.failed();
  assert.equal(await outcome, false);
  assert.equal(identity.known, false);
  assert.equal(identity.mustSignOut, true);
  assert.ok(!log.includes("release a promise"));
});

test("signing out fails after 5 seconds without an answer", async () => {
  const outcome = identity.signOut();
  await pass(5);
  assert.equal(await outcome, false);
  assert.equal(identity.mustSignOut, true);
});

test("a customer who signs in during signing out keeps the connection", async () => {
  const outcome = identity.signOut();
  identity.identify(() => "bob");
  assert.equal(identity.mustSignOut, false);
  identity.signedOut();
  await outcome;
  assert.ok(!log.includes("release identify"));
});
