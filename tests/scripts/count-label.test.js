import assert from "node:assert/strict";
import { test } from "node:test";

import { countLabel } from "../../static/js/inbox/count-label.js";

test("a count is written as it is, with a plus where there may be more", () => {
  assert.equal(countLabel(3, false), "3");
  assert.equal(countLabel(50, true), "50+");
});

test("zero and an unknown count are not written", () => {
  for (const count of [0, null, undefined]) {
    assert.equal(countLabel(count, false), "");
    assert.equal(countLabel(count, true), "");
  }
});
