import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { UnreadPoller } from "../../static/js/inbox/unread-poller.js";
import { pass, settle, stopTheClock } from "./clock.js";

stopTheClock();

let answers, requests, shown, shared, signedOutReports, isHidden, isInDoubt, poller;

const counts = (total, reader = "alice") => ({ total, reader });

/** An answer that comes when the test says so. */
function hold() {
  let release;
  answers.push(new Promise((resolve) => (release = resolve)));
  return release;
}

beforeEach(() => {
  [answers, requests, shown, shared, signedOutReports] = [[], 0, [], [], 0];
  isHidden = isInDoubt = false;
  const effects = {
    fetchCounts() {
      requests += 1;
      return Promise.resolve(answers.length ? answers.shift() : counts(1));
    },
    isHidden: () => isHidden,
    isSessionInDoubt: () => isInDoubt,
    show: (latest) => shown.push(latest),
    share: (latest) => shared.push(latest),
    reportSignedOut: () => (signedOutReports += 1),
  };
  poller = new UnreadPoller(effects, true);
});

test("asks every 30 seconds, shows each answer and shares it", async () => {
  await poller.poll();
  await pass(29.5);
  assert.equal(requests, 1);
  await pass(0.5);
  assert.equal(requests, 2);
  assert.deepEqual(shown, [counts(1), counts(1)]);
  assert.deepEqual(shared, shown);
});

test("takes the numbers of its page for an answer, and asks 30 seconds later", async () => {
  poller.begin(counts(3));
  assert.deepEqual(shown, [counts(3)]);
  assert.deepEqual(shared, shown);
  await pass(29.5);
  assert.equal(requests, 0);
  await pass(0.5);
  assert.equal(requests, 1);
});

test("asks at once where its page has no numbers", async () => {
  await poller.begin();
  assert.equal(requests, 1);
});

test("asks ever more rarely after errors, up to 5 minutes, and recovers", async () => {
  answers = Array(6).fill(undefined);
  await poller.poll();
  const waits = [];
  while (answers.length) {
    const before = requests;
    let seconds = 0;
    while (requests === before) {
      await pass(1);
      seconds += 1;
    }
    waits.push(seconds);
  }
  assert.deepEqual(waits, [60, 120, 240, 300, 300]);
  assert.deepEqual(shown, []);
  await pass(300);
  assert.deepEqual(shown, [counts(1)]);
  await pass(30);
  assert.equal(shown.length, 2);
});

test("does not ask while the page is hidden", async () => {
  isHidden = true;
  await poller.poll();
  assert.equal(requests, 0);
  isHidden = false;
  await poller.poll();
  assert.equal(requests, 1);
});

test("does not ask while the session may have ended, and goes on once it is known to last", async () => {
  isInDoubt = true;
  await poller.poll();
  await pass(100);
  assert.equal(requests, 0);
  isInDoubt = false;
  await pass(2);
  assert.equal(requests, 1);
  await pass(30);
  assert.equal(requests, 2);
});

test("stops when no user is signed in, and tells all tabs", async () => {
  answers = [null];
  await poller.poll();
  assert.deepEqual(shown, [null]);
  assert.equal(signedOutReports, 1);
  await pass(400);
  await poller.poll();
  assert.equal(requests, 1);
});

test("drops an answer that comes after another user may have signed in", async () => {
  const release = hold();
  const asked = poller.poll();
  answers.push(counts(5, "bob"));
  await poller.restart(true);
  release(counts(2, "alice"));
  await asked;
  assert.deepEqual(shown, [counts(5, "bob")]);
});

test("asks again after a user has signed in", async () => {
  answers = [null];
  await poller.poll();
  await poller.restart(true);
  assert.deepEqual(shown, [null, counts(1)]);
});

test("takes over what another tab of the same user was answered, and asks later", async () => {
  await poller.poll();
  await pass(20);
  poller.receive(counts(4));
  assert.deepEqual(shown.at(-1), counts(4));
  await pass(35.5);
  assert.equal(requests, 1);
  await pass(0.5);
  assert.equal(requests, 2);
});

test("ignores other tabs' counts before its own first answer", async () => {
  poller.receive(counts(7));
  await poller.poll();
  assert.deepEqual(shown, [counts(1)]);
});

test("asks at once when another tab was answered for another user, whose counts it does not take over", async () => {
  await poller.poll();
  poller.receive(counts(4, "newer alice"));
  assert.deepEqual(shown.pop(), counts(4, "newer alice"));
  const release = hold();
  poller.receive(counts(8, "bob"));
  assert.equal(requests, 2);
  assert.deepEqual(shown, [counts(1)]);
  release(counts(3, "bob"));
  await settle();
  assert.deepEqual(shown, [counts(1), counts(3, "bob")]);
});

test("ignores other tabs' counts until a restart is answered", async () => {
  await poller.poll();
  const release = hold();
  poller.restart(true);
  poller.receive(counts(9));
  release(counts(2));
  await settle();
  assert.deepEqual(shown, [counts(1), counts(2)]);
});
