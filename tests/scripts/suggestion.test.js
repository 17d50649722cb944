import assert from "node:assert/strict";
import { test } from "node:test";

import { suggestionOf } from "../../static/embed/v1/suggestion.js";

test("fields may be an object, or a query in an attribute", () => {
  const expected = { subject: "Roof", fields: "Policy=A%26B" };
  assert.deepEqual(suggestionOf("Roof", { Policy: "A&B" }), expected);
  assert.deepEqual(suggestionOf("Roof", "Policy=A%26B"), expected);
});

test("what is missing is empty, and everything else becomes text", () => {
  assert.deepEqual(suggestionOf(null, undefined), { subject: "", fields: "" });
  assert.deepEqual(suggestionOf(7, { Number: 7 }), { subject: "7", fields: "Number=7" });
});
