// The compose form is saved as a draft while the user writes.

import { fieldOf, find, findAll } from "../common/dom.js";
import { fetchForReader } from "../session/reader.js";
import { characterHint } from "./compose.js";
import { DraftSaver } from "./draft-saver.js";

/** @typedef {import("./draft-saver.js").SaveAnswer} SaveAnswer */

// Bytes: browsers refuse a request of more than 64 KiB that is to outlive its page.
const MAX_KEEPALIVE = 60_000;

/** @param {HTMLFormElement} form */
export function keepDraft(form) {
  const step = fieldOf(form, "step");
  const status = statusLine(form);
  /** @type {DraftSaver} */
  const saver = new DraftSaver(step, {
    post: () => postDraft(form, fetchForReader),
    surrender: () => postDraft(form, fetch),
    ...status,
    showSignedOut({ url }) {
      status.clearStatus();
      showNotice("signed-out", url);
    },
    showClosed({ url }) {
      status.showChangedElsewhere();
      showNotice("closed", url);
    },
    showConflict({ url, version }) {
      status.showChangedElsewhere();
      const notice = showNotice("conflict", url);
      find(notice, "[data-keep-own]", HTMLButtonElement).onclick = () => {
        notice.hidden = true;
        fieldOf(form, "version").value = String(version);
        saver.keepOwnText();
      };
    },
    adoptVersion: (answer) => adoptVersion(form, answer),
  });
  saveWhileWriting(form, saver);
  saveOnRequest(form, saver);
  form.addEventListener("submit", (event) => {
    // The text is too long: the form is not sent.
    if (event.defaultPrevented) status.showTooLong();
    else saver.submit();
  });
  addEventListener("pageshow", () => saver.resume());
}

/**
 * @param {HTMLFormElement} form
 * @param {DraftSaver} saver
 */
function saveWhileWriting(form, saver) {
  form.addEventListener("input", () => saver.edit());
  form.addEventListener("focusout", ({ relatedTarget }) => {
    const isSending = relatedTarget instanceof HTMLButtonElement && relatedTarget.type === "submit";
    if (!isSending) saver.save();
  });
  document.addEventListener("visibilitychange", () => document.hidden && saver.save());
  addEventListener("pagehide", () => saver.saveOnLeaving());
  addEventListener("beforeunload", (event) => saver.wouldLoseText && event.preventDefault());
}

/**
 * @param {HTMLFormElement} form
 * @param {DraftSaver} saver
 */
function saveOnRequest(form, saver) {
  // The user continues in another window: the draft has to be there.
  document.addEventListener("savedraft", ({ detail }) => detail.push(saver.saveNow()));
  document.addEventListener("sessionended", (event) => {
    if (!saver.isUnsettled) return;
    event.preventDefault();
    saver.save();
  });
  document.addEventListener("readerchanged", ({ detail }) => {
    const { value } = find(form, "textarea[data-limit]", HTMLTextAreaElement);
    if (saver.isUnsettled) detail.push({ text: value, kept: saver.surrender() });
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {typeof fetchForReader} send
 * @returns {Promise<SaveAnswer>}
 */
async function postDraft(form, send) {
  // All of its fields are text.
  const fields = /** @type {[string, string][]} */ ([...new FormData(form)]);
  const body = new URLSearchParams(fields);
  const keepalive = body.toString().length < MAX_KEEPALIVE;
  const response = await send(form.dataset.saveUrl ?? "", { method: "POST", body, keepalive });
  if (response.status >= 500) throw new Error(String(response.status));
  return { status: response.status, ...(await response.json().catch(() => ({}))) };
}

/**
 * The line next to the buttons. Only problems are in a live region: if each save were read out, it would interrupt a
 * user who writes with a screen reader.
 *
 * @param {HTMLFormElement} form
 */
function statusLine(form) {
  const state = find(form, "[data-save-state]", HTMLElement);
  const problem = find(form, "[data-save-problem]", HTMLElement);
  const texts = state.dataset;
  const show = (stateText = "", problemText = "") => {
    state.textContent = stateText;
    problem.textContent = problemText;
  };
  return {
    clearStatus: () => show(),
    showSaving: () => show(texts.textSaving),
    /** @param {SaveAnswer} answer */
    showSaved: (answer) => show(texts.textSaved?.replace("TIME", () => answer.saved ?? "")),
    showOffline: () => show("", texts.textOffline),
    /** @param {SaveAnswer} answer */
    showRejected: (answer) => show("", answer.problem ?? texts.textRejected),
    showChangedElsewhere: () => show("", texts.textElsewhere),
    showTooLong: () => show("", characterHint(form).textContent),
  };
}

/**
 * @param {"conflict" | "signed-out" | "closed"} name
 * @param {string | undefined} url of its link
 */
function showNotice(name, url = "") {
  const notice = find(document, `[data-notice="${name}"]`, HTMLElement);
  find(notice, "a", HTMLAnchorElement).href = url;
  notice.hidden = false;
  notice.scrollIntoView({ block: "nearest" });
  return notice;
}

/**
 * @param {HTMLFormElement} form
 * @param {SaveAnswer} answer
 */
function adoptVersion(form, { version, url }) {
  // Also in the form "Discard" below: it discards only the version that this page shows.
  for (const field of findAll(document, "input[name=version]", HTMLInputElement)) field.value = String(version);
  // Loaded again, the page of a conversation shows the draft as well.
  if (!("inConversation" in form.dataset)) history.replaceState(null, "", url);
}
