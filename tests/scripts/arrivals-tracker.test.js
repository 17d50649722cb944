import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { ArrivalsTracker, arrivalsText } from "../../static/js/inbox/arrivals-tracker.js";

const PAGE = { asOf: "2026-11-23T12:00:00Z", shown: { claims: 2, billing: null } };

let tracker;

/** What the poll answers so many seconds after the page was made. */
function counts(claims, billing, { seconds = 30, more = [] } = {}) {
  const at = new Date(Date.parse(PAGE.asOf) + seconds * 1000);
  return { as_of: at.toISOString(), secureboxes: { claims, billing, elsewhere: 9 }, more };
}

beforeEach(() => (tracker = new ArrivalsTracker(PAGE)));

test("counts what is unread beyond what the page shows, in its own secureboxes alone", () => {
  assert.deepEqual(tracker.compare(counts(2, 0)), { number: 0, isAtLeast: false });
  assert.deepEqual(tracker.compare(counts(3, 1)), { number: 2, isAtLeast: false });
});

test("what the page cannot know begins with the first answer that is as new as the page", () => {
  assert.equal(tracker.compare(counts(2, 7, { seconds: -1 })), null);
  assert.equal(tracker.compare(counts(2, 4, { seconds: 0 })).number, 0);
  assert.equal(tracker.compare(counts(2, 5)).number, 1);
});

test("an answer that is older than the page does not lower what it shows", () => {
  tracker.compare(counts(0, 0, { seconds: -20 }));
  assert.equal(tracker.compare(counts(2, 0)).number, 0);
});

test("a message that comes after others were read elsewhere is new", () => {
  assert.equal(tracker.compare(counts(1, 0)).number, 0);
  assert.equal(tracker.compare(counts(2, 0)).number, 1);
});

test("a new message that was read elsewhere is none any longer", () => {
  assert.equal(tracker.compare(counts(3, 0)).number, 1);
  assert.equal(tracker.compare(counts(2, 0)).number, 0);
});

test("an unknown count is no news, and no loss either", () => {
  assert.equal(tracker.compare(counts(null, undefined)).number, 0);
  assert.equal(tracker.compare(counts(3, 5)).number, 1);
});

test("a count that may be higher makes the number a minimum, where it has grown", () => {
  assert.equal(tracker.compare(counts(2, 10, { more: ["billing"] })).isAtLeast, false);
  assert.deepEqual(tracker.compare(counts(5, 10, { more: ["claims", "billing"] })), { number: 3, isAtLeast: true });
});

test("misses what was sent later to one of its secureboxes", () => {
  const sent = (slug, at) => tracker.misses({ sent: slug, at });
  assert.equal(sent("claims", "2026-11-23T12:00:01Z"), true);
  assert.equal(sent("claims", "2026-11-23T13:00:01+01:00"), true);
  assert.equal(sent("claims", "2026-11-23T11:59:59Z"), false);
  assert.equal(sent("elsewhere", "2026-11-23T12:00:01Z"), false);
  assert.equal(sent("claims", "nonsense"), false);
});

test("takes the sentence for the number, and the one without where there is none", () => {
  const texts = { numbered: ["1 new message.", "2 new messages."], unnumbered: "New messages." };
  const text = (number, isAtLeast = false) => arrivalsText({ number, isAtLeast }, texts);
  assert.deepEqual([text(0), text(1), text(2)], ["", "1 new message.", "2 new messages."]);
  assert.deepEqual([text(3), text(1, true)], ["New messages.", "New messages."]);
});
