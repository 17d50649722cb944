// The second file, which shows pages of the portal: it is loaded when the first one is to be shown.

import { Frame } from "./frame.js";
import { identity, introduce, setSignedIn, views } from "./connector.js";
import { ROOT, frameRoot } from "./portal.js";
import { problemNodes } from "./problem.js";

// At this script's own path, which a website's policy allows. The portal writes its version in.
const ADDRESS = `${ROOT}embed/v1.js?pages={{version}}`;

/**
 * What this script lends the second file. That one may be newer, from a portal that was updated since: what stands here
 * keeps its name and its meaning.
 */
export const core = { Frame, frameRoot, identity, introduce, problemNodes, setSignedIn, views };

let failures = 0;
/** @type {Promise<Pages | null> | null} */
let loading = null;

/** @returns {Promise<Pages | null>} null where it did not come */
export function loadPages() {
  loading ??= load();
  return loading;
}

async function load() {
  try {
    // A browser may remember that an address has failed.
    const pages = await import(failures ? `${ADDRESS}&${failures}` : ADDRESS);
    // A portal that is being updated may have given the whole script of before.
    if (pages.View) return pages;
  } catch {
    // As below.
  }
  failures += 1;
  loading = null;
  return null;
}
