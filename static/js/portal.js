// The pages of a signed-in user, beyond their links and forms. Every page works without scripts.

import { moveOnWithEnter, showCharacterCount, showSending } from "./inbox/compose.js";
import { findAll } from "./common/dom.js";
import { closeMenus } from "./common/menus.js";
import { followNotices } from "./common/notices.js";
import { announceSentMessages, watchArrivals } from "./inbox/arrivals.js";
import { offerLink } from "./inbox/copy-link.js";
import { keepDraft } from "./inbox/draft.js";
import { followSelection } from "./inbox/list.js";
import { fitFrameToContent, offerPrint, printCopy, replyInPlace } from "./inbox/message.js";
import { followOutgoing } from "./inbox/outgoing.js";
import { tellTimeZone } from "./account/time-zone.js";
import { followSaving } from "./inbox/saving.js";
import { comeBackToSearch } from "./inbox/search.js";
import { keepCurrentRowInView } from "./inbox/pane.js";
import { listenForShortcuts } from "./inbox/shortcuts.js";
import { watchSession } from "./session/watch.js";
import { followUnread } from "./inbox/unread.js";

closeMenus();
followNotices();
const sessions = findAll(document, "[data-session-remaining]", HTMLElement).map(watchSession);
const arrivals = findAll(document, ".arrivals", HTMLElement).map(watchArrivals);
const { unreadUrl } = document.body.dataset;
if (unreadUrl) {
  followUnread(
    unreadUrl,
    (counts) => arrivals.forEach((showNew) => showNew(counts)),
    () => sessions.some((session) => session.isInDoubt),
  );
}
findAll(document, "[data-time-zone-url]", HTMLElement).forEach(tellTimeZone);
announceSentMessages(document);
findAll(document, "[data-bulk-actions]", HTMLFormElement).forEach(followSelection);
findAll(document, ".list-pane.beside", HTMLElement).forEach(keepCurrentRowInView);
for (const frame of findAll(document, "[data-mail-frame]", HTMLIFrameElement)) {
  fitFrameToContent(frame);
  printCopy(frame);
}
findAll(document, "[data-search]", HTMLFormElement).forEach(comeBackToSearch);
findAll(document, "[data-shortcuts]", HTMLDialogElement).forEach(listenForShortcuts);
findAll(document, "[data-reply]", HTMLAnchorElement).forEach(replyInPlace);
findAll(document, "[data-print]", HTMLButtonElement).forEach(offerPrint);
findAll(document, "[data-copy-link]", HTMLButtonElement).forEach(offerLink);
findAll(document, "[data-saving]", HTMLFormElement).forEach(followSaving);
findAll(document, "[data-poll-url]", HTMLElement).forEach(followOutgoing);
for (const form of findAll(document, "[data-compose]", HTMLFormElement)) {
  // In this order: keepDraft has to see that showSending stopped a text that is too long.
  showCharacterCount(form);
  moveOnWithEnter(form);
  showSending(form);
  keepDraft(form);
}
// A page from the browser's back/forward cache may show what has been read, sent or signed out since, or may be another
// user's.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.body.hidden = true;
  location.reload();
});
