import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { SessionClock, SessionWatch, coarseTimeLeft } from "../../static/js/session/clock.js";
import { pass, stopTheClock } from "./clock.js";

stopTheClock();

const HALF_AN_HOUR = { idle: 1800, absolute: 43_200 };

let answer, requests, warnings, hidden, left, clock, watch;

function start(session = HALF_AN_HOUR) {
  clock = new SessionClock(session);
  watch = new SessionWatch(clock, {
    async fetchLeft() {
      requests += 1;
      return answer();
    },
    showWarning: () => warnings.push(clock.shouldOpenWarning),
    hideWarning: () => (hidden += 1),
    leave: () => (left += 1),
  });
  return watch.check();
}

beforeEach(() => {
  [requests, warnings, hidden, left] = [0, [], 0, 0];
  answer = () => ({ idle: clock.left, absolute: clock.left + 10 });
});

test("warns two minutes before the end, and not earlier", async () => {
  await start();
  await pass(1679);
  assert.deepEqual([warnings, requests], [[], 0]);
  await pass(2);
  assert.deepEqual([warnings, requests], [[true], 1]);
});

test("warns in the last third of a short session", async () => {
  await start({ idle: 60, absolute: 3600 });
  await pass(39);
  assert.equal(warnings.length, 0);
  await pass(2);
  assert.equal(warnings.length, 1);
});

test("leaves when the server says that the session has ended", async () => {
  await start();
  answer = () => null;
  await pass(1681);
  assert.deepEqual([left, warnings], [1, []]);
});

test("another tab that extended the session puts the warning off", async () => {
  await start();
  answer = () => HALF_AN_HOUR;
  await pass(1681);
  assert.deepEqual([left, warnings], [0, []]);
  await pass(1600);
  assert.deepEqual(warnings, []);
  await pass(200);
  assert.equal(requests, 2);
});

test("hides the warning after the session was extended", async () => {
  await start();
  await pass(1690);
  const before = hidden;
  answer = () => HALF_AN_HOUR;
  await watch.check({ asksServer: true });
  assert.equal(hidden, before + 1);
});

test("asks the server at once when asked to", async () => {
  await start();
  answer = () => null;
  await watch.check({ asksServer: true });
  assert.equal(left, 1);
});

test("without a connection the clock decides", async () => {
  await start();
  answer = () => Promise.reject(new Error("offline"));
  await pass(1795);
  assert.equal(left, 0);
  await pass(10);
  assert.equal(left, 1);
});

test("an error of the server is not the end of the session", async () => {
  await start({ idle: 30, absolute: 3600 });
  answer = () => undefined;
  await pass(29);
  assert.equal(left, 0);
});

test("a laptop that slept notices when it wakes", async () => {
  await start();
  answer = () => null;
  mock.timers.setTime(Date.now() + 7200_000);
  await watch.check();
  assert.equal(left, 1);
});

test("is in doubt while the server is asked, and once the session has ended", async () => {
  await start();
  assert.equal(watch.isInDoubt, false);
  const checks = [watch.check({ asksServer: true }), watch.check({ asksServer: true })];
  assert.equal(watch.isInDoubt, true);
  await Promise.all(checks);
  assert.equal(watch.isInDoubt, false);
  answer = () => null;
  await watch.check({ asksServer: true });
  assert.equal(watch.isInDoubt, true);
  answer = () => HALF_AN_HOUR;
  await watch.check({ asksServer: true });
  assert.equal(watch.isInDoubt, false);
});

test("is in doubt from the moment at which the session ends", async () => {
  await start();
  mock.timers.setTime(Date.now() + 1_800_000);
  assert.equal(watch.isInDoubt, true);
});

test("a closed warning comes back once, for the last half minute", async () => {
  await start();
  await pass(1690);
  clock.dismissWarning();
  await pass(70);
  assert.equal(warnings.at(-1), false);
  await pass(20);
  assert.equal(warnings.at(-1), true);
  clock.dismissWarning();
  await pass(15);
  assert.equal(warnings.at(-1), false);
});

test("a warning that was closed before the session was extended comes back in time", async () => {
  await start();
  await pass(1690);
  clock.dismissWarning();
  answer = () => HALF_AN_HOUR;
  await watch.check({ asksServer: true });
  answer = () => ({ idle: clock.left, absolute: clock.left + 10 });
  await pass(1685);
  assert.equal(warnings.at(-1), true);
});

test("looks again within a minute, more often during a warning, never within half a second", () => {
  clock = new SessionClock(HALF_AN_HOUR);
  assert.equal(clock.secondsToNextCheck, 60);
  clock.update({ idle: 140, absolute: 3600 });
  assert.equal(clock.secondsToNextCheck, 20);
  clock.update({ idle: 120.1, absolute: 3600 });
  assert.equal(clock.secondsToNextCheck, 0.5);
  clock.update({ idle: 100, absolute: 3600 });
  assert.equal(clock.secondsToNextCheck, 10);
});

test("the absolute end cannot be put off", () => {
  clock = new SessionClock({ idle: 600, absolute: 600 });
  assert.equal(clock.canExtend, false);
  clock.update({ idle: 600, absolute: 700 });
  assert.equal(clock.canExtend, true);
});

test("the remaining time is given in coarse steps", () => {
  const label = (seconds) => `${coarseTimeLeft(seconds).number} ${coarseTimeLeft(seconds).unit}`;
  assert.deepEqual([120, 91, 90, 46, 45, 21, 20, 3].map(label), [
    "2 minutes",
    "2 minutes",
    "1 minutes",
    "1 minutes",
    "30 seconds",
    "30 seconds",
    "10 seconds",
    "10 seconds",
  ]);
});
