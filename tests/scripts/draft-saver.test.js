import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { DraftSaver } from "../../static/js/inbox/draft-saver.js";
import { pass, settle, stopTheClock } from "./clock.js";

stopTheClock();

const SAVED = { status: 200, version: "2", saved: "12:00" };

let answers, posted, log, step, saver;

/** An answer that comes when the test says so. */
function hold() {
  let release;
  answers.push(new Promise((resolve) => (release = resolve)));
  return release;
}

beforeEach(() => {
  [answers, posted, log, step] = [[], [], [], { value: "3" }];
  const record = (name) => () => log.push(name);
  saver = new DraftSaver(step, {
    async post() {
      posted.push(step.value);
      const answer = await (answers.length ? answers.shift() : SAVED);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    clearStatus: record("clear"),
    showSaving: record("saving"),
    showSaved: ({ saved }) => log.push(`saved ${saved}`),
    showOffline: record("offline"),
    showRejected: ({ problem }) => log.push(`rejected ${problem}`),
    showSignedOut: ({ url }) => log.push(`signed out ${url}`),
    showClosed: ({ url }) => log.push(`closed ${url}`),
    showConflict: ({ url }) => log.push(`conflict ${url}`),
    adoptVersion: ({ version }) => log.push(`version ${version}`),
  });
});

async function edit() {
  saver.edit();
  await pass(2);
}

test("saves a second and a half after the last key", async () => {
  saver.edit();
  await pass(1);
  saver.edit();
  await pass(1);
  assert.deepEqual(posted, []);
  await pass(0.5);
  assert.equal(posted.length, 1);
  assert.deepEqual(log, ["clear", "clear", "saving", "version 2", "saved 12:00"]);
});

test("saves nothing where nothing has changed", async () => {
  await saver.save();
  await saver.saveNow();
  saver.saveOnLeaving();
  assert.deepEqual(posted, []);
});

test("each attempt to save or to send has a higher number", async () => {
  await edit();
  await edit();
  assert.deepEqual(posted, ["4", "5"]);
  saver.edit();
  saver.saveOnLeaving();
  assert.deepEqual(posted, ["4", "5", "6"]);
  saver.submit();
  assert.equal(step.value, "7");
});

test("text typed during a save is saved afterwards, and not reported as saved before", async () => {
  const release = hold();
  await edit();
  saver.edit();
  await pass(2);
  assert.equal(posted.length, 1);
  release(SAVED);
  await settle();
  assert.deepEqual(log.slice(-2), ["version 2", "clear"]);
  await pass(2);
  assert.equal(posted.length, 2);
  assert.equal(log.at(-1), "saved 12:00");
});

test("tries again after an error, ever more rarely, up to half a minute", async () => {
  answers = Array(6).fill(new Error("offline"));
  await edit();
  assert.equal(log.at(-1), "offline");
  const waits = [];
  while (answers.length) {
    const before = posted.length;
    let seconds = 0;
    while (posted.length === before) {
      await pass(1);
      seconds += 1;
    }
    waits.push(seconds);
  }
  assert.deepEqual(waits, [3, 6, 12, 24, 30]);
  await pass(30);
  assert.equal(log.at(-1), "saved 12:00");
  await edit();
  assert.equal(log.at(-1), "saved 12:00");
});

test("saves again at the next key where the user was signed out meanwhile", async () => {
  answers = [{ status: 401, url: "/login/" }];
  await edit();
  assert.equal(log.at(-1), "signed out /login/");
  await edit();
  assert.equal(log.at(-1), "saved 12:00");
});

test("shows why the server rejects it", async () => {
  answers = [{ status: 400, problem: "Too long." }];
  await edit();
  assert.equal(log.at(-1), "rejected Too long.");
});

for (const [status, shown] of [
  [409, "conflict /draft/"],
  [410, "closed /draft/"],
]) {
  test(`stops saving after ${status}, and knows that further text would be lost`, async () => {
    answers = [{ status, url: "/draft/" }];
    await edit();
    assert.equal(log.at(-1), shown);
    assert.equal(saver.wouldLoseText, false);
    await edit();
    await saver.save();
    saver.edit();
    assert.equal(saver.wouldLoseText, true);
    saver.saveOnLeaving();
    assert.equal(posted.length, 1);
  });
}

test("after a conflict the user can keep the text of this window", async () => {
  answers = [{ status: 409, url: "/draft/" }];
  await edit();
  await saver.keepOwnText();
  assert.equal(posted.length, 2);
  assert.equal(log.at(-1), "saved 12:00");
  assert.equal(saver.wouldLoseText, false);
});

test("on leaving, the last text is sent even while an earlier one is being saved", async () => {
  hold();
  await edit();
  saver.edit();
  saver.saveOnLeaving();
  assert.equal(posted.length, 2);
  saver.saveOnLeaving();
  assert.equal(posted.length, 2);
});

test("code that needs the draft elsewhere waits until the latest text is saved", async () => {
  const release = hold();
  await edit();
  saver.edit();
  let isSaved = false;
  saver.saveNow().then(() => (isSaved = true));
  await settle();
  assert.deepEqual([isSaved, posted.length], [false, 1]);
  release(SAVED);
  await settle();
  assert.deepEqual([isSaved, posted.length], [true, 2]);
});

test("is unsettled from a key until the server has confirmed it", async () => {
  assert.equal(saver.isUnsettled, false);
  saver.edit();
  assert.equal(saver.isUnsettled, true);
  const release = hold();
  await pass(2);
  assert.equal(saver.isUnsettled, true);
  release(SAVED);
  await settle();
  assert.equal(saver.isUnsettled, false);
});

test("does not save while the form is being sent, and saves again when the page comes back", async () => {
  saver.edit();
  saver.submit();
  await edit();
  assert.deepEqual(posted, []);
  saver.resume();
  await edit();
  assert.equal(posted.length, 1);
});
