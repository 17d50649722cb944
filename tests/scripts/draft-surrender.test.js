import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { DraftSaver } from "../../static/js/inbox/draft-saver.js";
import { pass, stopTheClock } from "./clock.js";

stopTheClock();

let outcome, posts, saver;

beforeEach(() => {
  posts = [];
  const step = { value: "3" };
  const ignore = () => {};
  saver = new DraftSaver(step, {
    post() {
      posts.push(`usual ${step.value}`);
      return new Promise(ignore);
    },
    async surrender() {
      posts.push(`for the writer ${step.value}`);
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    clearStatus: ignore,
    showSaving: ignore,
  });
});

test("saves for the writer at once, also during another save, and nothing later", async () => {
  outcome = { status: 403, kept: true };
  saver.edit();
  await pass(2);
  saver.edit();
  assert.equal(await saver.surrender(), true);
  saver.edit();
  await pass(60);
  saver.saveOnLeaving();
  assert.deepEqual(posts, ["usual 4", "for the writer 5"]);
});

for (const [answer, isKept] of [
  [{ status: 403, kept: false }, false],
  [{ status: 403 }, false],
  [{ status: 401 }, true],
  [{ status: 200 }, true],
  [new Error("offline"), false],
]) {
  test(`says whether the text reached its writer: ${JSON.stringify(answer)}`, async () => {
    saver.edit();
    outcome = answer;
    assert.equal(await saver.surrender(), isKept);
  });
}
