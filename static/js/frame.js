// A page of the portal that is seen in a frame of the company's website.

import { renewFormTokens } from "./frame/csrf-token.js";
import { focusFirstError, focusHeading, handleEscape, scrollToTop } from "./frame/focus.js";
import { connectToHost, isSignedIn, tellHost } from "./frame/host-port.js";
import { openWindowsWithCode, receiveToken } from "./frame/new-window.js";
import { keepPlace } from "./frame/place.js";
import { fetchState } from "./frame/portal-api.js";
import { noteWhatIsSent, takeSentNote } from "./frame/sent.js";
import { suggest } from "./frame/suggestion.js";

function reportHeight() {
  const measure = () => tellHost("height", { height: Math.ceil(document.body.getBoundingClientRect().height) });
  new ResizeObserver(measure).observe(document.body);
}

/**
 * Show what to do where the browser keeps no cookie in a frame.
 *
 * @param {HTMLElement} notice
 */
async function checkCookies(notice) {
  const state = await fetchState().catch(() => null);
  if (!state || state.cookies) return;
  notice.hidden = false;
  tellHost("problem", { reason: "cookies" });
}

/**
 * Where the user was when the session ended. The address says so, and could name any website: only pages of this
 * origin are taken.
 */
function pageToResume() {
  const field = document.querySelector("input[name=next]");
  const next =
    new URLSearchParams(location.search).get("next") ?? (field instanceof HTMLInputElement ? field.value : null);
  const isOurs = next && URL.canParse(next, location.href) && new URL(next, location.href).origin === location.origin;
  return isOurs ? next : null;
}

/** The user is signed in again, by other means than this page. */
function resume() {
  const page = pageToResume();
  if (page) location.replace(page);
}

/**
 * The website may vouch for the customer: until it was asked, they are not shown a page that asks for a password. The
 * style sheet shows it after a while in any case.
 *
 * @param {boolean} isAsked whether the website ever is
 */
function awaitHandOff(isAsked) {
  const { dataset } = document.body;
  if (!("awaitsHandOff" in dataset)) return;
  const channel = new BroadcastChannel("hand-off");
  const show = () => {
    delete dataset.awaitsHandOff;
    channel.close();
  };
  if (!isAsked) return show();
  channel.addEventListener("message", ({ data }) => data === "asked" && show());
  channel.postMessage("ask");
}

scrollToTop();
// As the website's script of version 1.0.0 suggests a subject, which a browser may still have.
suggest(new URLSearchParams(location.hash.slice(1)).get("subject"));
focusFirstError();
handleEscape(() => tellHost("escape"));
openWindowsWithCode();
const sentTo = takeSentNote();
noteWhatIsSent();
if (!isSignedIn()) renewFormTokens();
const notice = document.querySelector("[data-cookies-refused]");
if (notice instanceof HTMLElement) checkCookies(notice);
connectToHost(
  {
    role({ part, identifies, view, returns, suggests }) {
      if (part === "page") reportHeight();
      if (sentTo) tellHost("sent", { securebox: sentTo });
      suggest(suggests?.subject, suggests?.fields);
      if (typeof view === "string" && isSignedIn()) keepPlace(view, returns === true);
      awaitHandOff(identifies === true);
    },
    token: ({ token }) => (token === null || typeof token === "string") && receiveToken(token),
    look: () => document.dispatchEvent(new CustomEvent("refreshunread", { detail: { isSignedIn: true } })),
    focus: focusHeading,
    resume,
  },
  () => pageToResume() !== null,
);
