// "1 new message. Show": what a page does not show yet, because it came, or was sent from another tab, since then.

import { find } from "../common/dom.js";
import { announceSent, onSent } from "../session/channel.js";
import { ArrivalsTracker, arrivalsText } from "./arrivals-tracker.js";

/**
 * @param {HTMLElement} notice
 * @returns {(counts: UnreadCounts | null) => void} to be called with each answer to the poll
 */
export function watchArrivals(notice) {
  /** @type {ArrivalsData} */
  const page = JSON.parse(find(document, "#arrivals", HTMLScriptElement).textContent);
  const tracker = new ArrivalsTracker(page);
  const texts = { new: "", sent: "" };
  /**
   * @param {"new" | "sent"} part
   * @param {string} text
   */
  const show = (part, text) => {
    // A screen reader reads out each change, even one to the same text.
    if (texts[part] === text) return;
    texts[part] = text;
    find(notice, `[data-arrivals="${part}"]`, HTMLElement).textContent = text;
    const isShown = Boolean(texts.new || texts.sent);
    notice.toggleAttribute("data-shown", isShown);
    find(notice, "a", HTMLElement).hidden = !isShown;
  };
  onSent(document.documentElement.dataset.reader, (message) => {
    if (tracker.misses(message)) show("sent", page.sent[message.sent] ?? "");
  });
  return (counts) => {
    const arrived = counts && tracker.compare(counts);
    if (arrived) show("new", arrivalsText(arrived, page));
  };
}

/**
 * Tell the other tabs which messages this page, or a part of it, reports as sent.
 *
 * @param {ParentNode} part
 */
export function announceSentMessages(part) {
  for (const report of part.querySelectorAll("[data-sent-to]")) {
    if (!(report instanceof HTMLElement)) continue;
    const { sentTo = "", sentAt = "" } = report.dataset;
    announceSent(document.documentElement.dataset.reader, { sent: sentTo, at: sentAt });
  }
}
