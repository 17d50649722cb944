// How this website uses the portal's script, `/embed/v1.js`. That script runs after this one, so calls are queued in
// the array `window.SecureInbox` until then. If the portal does not answer, links lead to the portal's own pages, and
// the rest of the website works.

const teaser = document.querySelector("[data-unread]");
const teaserWithoutNews = teaser?.textContent ?? "";

/** A token for the customer who is signed in to this website, or null. */
async function fetchToken() {
  const response = await fetch(document.body.dataset.tokenUrl ?? "", { method: "POST" });
  if (!response.ok) throw new Error(`No token: the website answered ${response.status}.`);
  return (await response.json()).token;
}

/**
 * `total` is null if it is unknown. `more` names the mailboxes that may hold more than was counted.
 *
 * @param {Unread} unread
 */
function showTeaser({ total, more }) {
  if (!teaser) return;
  const count = `${total}${more.length ? "+" : ""}`;
  teaser.textContent = total ? `You have ${count} new ${count === "1" ? "message" : "messages"}` : teaserWithoutNews;
  teaser.classList.toggle("news", Boolean(total));
}

/**
 * Calls the portal's script instead of following the link or sending the form, once that script is there.
 *
 * @param {Event} event
 * @param {string} selector of the links or forms
 * @param {(secureInbox: SecureInboxApi, element: HTMLElement) => void} action
 */
function insteadOf(event, selector, action) {
  const element = event.target instanceof Element ? event.target.closest(selector) : null;
  const secureInbox = window.SecureInbox;
  if (!(element instanceof HTMLElement) || !secureInbox || Array.isArray(secureInbox)) return;
  event.preventDefault();
  action(secureInbox, element);
}

/**
 * Signs out at the portal first, then here: `signOut` returns within seconds, whatever the portal does.
 *
 * @param {SecureInboxApi} secureInbox
 * @param {HTMLElement} form
 */
async function signOut(secureInbox, form) {
  if (!(form instanceof HTMLFormElement)) return;
  form.querySelector("button")?.setAttribute("disabled", "");
  await secureInbox.signOut();
  form.submit();
}

(window.SecureInbox ||= []).push(["identify", fetchToken], ["on", "unread", showTeaser]);

document.addEventListener("click", (event) => {
  insteadOf(event, "[data-open]", (secureInbox) => secureInbox.open());
  insteadOf(event, "[data-compose]", (secureInbox, { dataset }) =>
    secureInbox.compose({ securebox: dataset.compose, subject: dataset.subject }));
});
document.addEventListener("submit", (event) => insteadOf(event, "[data-sign-out]", signOut));
