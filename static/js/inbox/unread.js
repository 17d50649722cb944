// The unread badges: in the navigation and in the page's title.

import { countLabel } from "./count-label.js";
import { find, findAll } from "../common/dom.js";
import { askAllTabsToCheckSession } from "../session/channel.js";
import { fetchForReader } from "../session/reader.js";
import { UnreadPoller } from "./unread-poller.js";

const plainTitle = document.title.replace(/^\(\d+\+?\) /, "");

/**
 * Show the counts from now on, and keep them up to date while the page is looked at.
 *
 * @param {string} url
 * @param {(counts: UnreadCounts | null) => void} onCounts called after each answer; null when signed out
 * @param {() => boolean} [isSessionInDoubt] whether the counts are not to be asked for
 */
export function followUnread(url, onCounts, isSessionInDoubt = () => false) {
  const { hostOrigin, signedIn } = document.documentElement.dataset;
  const channel = new BroadcastChannel(`unread ${hostOrigin ?? ""}`);
  const effects = {
    fetchCounts: () => fetchCounts(url),
    isHidden: () => document.hidden,
    isSessionInDoubt,
    /** @param {UnreadCounts | null} counts */
    show(counts) {
      if (counts) showCounts(counts);
      onCounts(counts);
    },
    /** @param {UnreadCounts} counts */
    share: (counts) => channel.postMessage(counts),
    reportSignedOut: askAllTabsToCheckSession,
  };
  const poller = new UnreadPoller(effects, signedIn !== "no");
  channel.addEventListener("message", ({ data }) => poller.receive(data));
  document.addEventListener("visibilitychange", () => poller.poll());
  document.addEventListener("refreshunread", ({ detail }) => poller.restart(detail.isSignedIn));
  poller.begin(countsOfPage());
}

/**
 * What a page says of its own numbers, if they are as good as an answer: see templates/base.html.
 *
 * @returns {UnreadCounts | undefined}
 */
function countsOfPage() {
  const [script] = findAll(document, "#unread-counts", HTMLScriptElement);
  const { reader = "" } = document.documentElement.dataset;
  return script && { ...JSON.parse(script.textContent), reader };
}

/**
 * @param {string} url
 * @returns {Promise<UnreadCounts | null | undefined>} null when signed out, undefined where there is no answer
 */
async function fetchCounts(url) {
  try {
    const response = await fetchForReader(url, { headers: { Accept: "application/json" } });
    if (response.status === 401) return null;
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

/** @param {UnreadCounts} counts */
function showCounts({ secureboxes, more }) {
  /** @param {string} slug */
  const labelOf = (slug) => countLabel(secureboxes[slug], more.includes(slug));
  const total = totalLabel(secureboxes, more);
  for (const badge of findAll(document, "[data-unread]", HTMLElement)) {
    const label = badge.dataset.unread ? labelOf(badge.dataset.unread) : total;
    badge.hidden = !label;
    find(badge, "[data-number]", HTMLElement).textContent = label;
  }
  // After an error the title begins with that, and has no number.
  if (document.querySelector("title[data-error]")) return;
  document.title = total ? `(${total}) ${plainTitle}` : plainTitle;
}

/**
 * The sum of the known counts, with a plus if a securebox is unknown or may hold more.
 *
 * @param {UnreadCounts["secureboxes"]} secureboxes
 * @param {string[]} more
 */
function totalLabel(secureboxes, more) {
  const counts = Object.values(secureboxes);
  const sum = counts.reduce((/** @type {number} */ total, count) => total + (count ?? 0), 0);
  return countLabel(sum, more.length > 0 || counts.includes(null));
}
