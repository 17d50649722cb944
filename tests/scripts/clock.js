// Time for the tests of scripts: it passes only when a test says so.

import { afterEach, beforeEach, mock } from "node:test";

const NOON = Date.UTC(2026, 10, 23, 12);

/** Timers and the clock of each test in the file stand still, from the same moment on. */
export function stopTheClock() {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: NOON }));
  afterEach(() => mock.timers.reset());
}

/** Let what waits for promises run. */
export function settle() {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Let so many seconds pass, one after the other, with all that happens in them. */
export async function pass(seconds) {
  for (let second = 0; second < seconds; second += 0.5) {
    mock.timers.tick(500);
    await settle();
  }
}
