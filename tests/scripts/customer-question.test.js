import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { CustomerQuestion } from "../../static/js/frame/customer-question.js";
import { pass, stopTheClock } from "./clock.js";

stopTheClock();

let asked, isHidden, question;

beforeEach(() => {
  asked = 0;
  isHidden = false;
  question = new CustomerQuestion({ ask: () => (asked += 1), isHidden: () => isHidden });
});

test("asks at once where the last question is long ago", async () => {
  question.want();
  await pass(0.5);
  assert.equal(asked, 1);
});

test("postpones a question that comes soon after the last one, and asks once for several reasons", async () => {
  question.ask();
  question.want();
  question.want();
  await pass(1.5);
  assert.equal(asked, 1);
  await pass(1);
  assert.equal(asked, 2);
  await pass(60);
  assert.equal(asked, 2);
});

test("a hidden tab asks once it is looked at again", async () => {
  isHidden = true;
  question.want();
  await pass(60);
  assert.equal(asked, 0);
  isHidden = false;
  question.returned();
  await pass(0.5);
  assert.equal(asked, 1);
});

test("asks less and less often while the answers are of no use", async () => {
  const times = [];
  const failing = new CustomerQuestion({
    ask() {
      times.push(Date.now() / 1000);
      failing.want();
    },
    isHidden: () => false,
  });
  failing.ask();
  await pass(1000);
  const waits = times.slice(1).map((time, number) => Math.round(time - times[number]));
  assert.deepEqual(waits, [2, 4, 8, 16, 32, 64, 128, 256, 300]);
});

for (const reason of ["settle", "returned"]) {
  test(`begins with short waits again: ${reason}`, async () => {
    for (let times = 0; times < 5; times += 1) question.ask();
    question[reason]();
    question.want();
    await pass(1.5);
    assert.equal(asked, 6);
  });
}
