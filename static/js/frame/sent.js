// Tells the website that its customer has sent a message, and to which securebox: never a word of it.

// The frame's name says to the next page that the form of this securebox was sent. Pages that are shown again later have
// no such name, so that each message is told once.
const NOTE = "sent to ";

/** To be called once. */
export function noteWhatIsSent() {
  document.addEventListener("submit", ({ target, submitter, defaultPrevented }) => {
    if (defaultPrevented || !(target instanceof HTMLFormElement) || !("compose" in target.dataset)) return;
    const isSaving = submitter instanceof HTMLButtonElement && submitter.value === "save";
    // Not `target.action`: a button has that name.
    const slug = /\/inbox\/([\w-]+)\/compose\/(\?|$)/.exec(target.getAttribute("action") ?? "")?.[1];
    if (slug && !isSaving) window.name = NOTE + slug;
  });
}

/** @returns {string} the securebox that a message was sent to from the page before; empty without one */
export function takeSentNote() {
  const slug = window.name.startsWith(NOTE) ? window.name.slice(NOTE.length) : "";
  window.name = "";
  return slug && isOnItsWay() ? slug : "";
}

/** Whether this page says so: otherwise it is the form again, with a question or a problem. */
function isOnItsWay() {
  const outgoing = document.querySelector("[data-state]");
  if (outgoing instanceof HTMLElement) return ["sent", "sending", "queued"].includes(outgoing.dataset.state ?? "");
  return new URLSearchParams(location.search).has("sent");
}
