import assert from "node:assert/strict";
import { test } from "node:test";

import { ROOT, pathOfMessage } from "../../static/embed/v1/portal.js";

const MESSAGE = `inbox/claims/o.17-a_b.${"s".repeat(43)}/`;

test("the address of a message leads to it", () => {
  assert.equal(pathOfMessage(ROOT + MESSAGE), MESSAGE);
});

for (const [what, address] of Object.entries({
  nothing: null,
  "a path alone": MESSAGE,
  "another website": `https://elsewhere.example/${MESSAGE}`,
  "a host that begins like the portal's": `${ROOT.slice(0, -1)}.example/${MESSAGE}`,
  "what is done with a message": `${ROOT}${MESSAGE}delete/`,
  "a query": `${ROOT}${MESSAGE}?saved`,
  "a fragment": `${ROOT}${MESSAGE}#subject=x`,
  "a securebox": `${ROOT}inbox/claims/`,
  "a new message": `${ROOT}inbox/claims/compose/`,
  "a way out of the folder": `${ROOT}inbox/claims/../../admin/`,
  "an encoded way out": `${ROOT}inbox/claims/o.%2e%2e.s/`,
  "a line after it": `${ROOT}${MESSAGE}\n`,
  "an object": { href: ROOT + MESSAGE },
})) {
  test(`${what} leads nowhere`, () => assert.equal(pathOfMessage(address), ""));
}
