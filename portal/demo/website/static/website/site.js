// What this website asks of the portal's script, `/embed/v1.js`, which runs after this one: what is asked is written
// down until then. Where the portal does not answer it stays so: links then lead to the portal's own pages, and
// nothing else is missing.
const teaser = document.querySelector("[data-unread]");
const teaserWithoutNews = teaser?.textContent;

/** A token for who is signed in to this website; null where nobody is. */
async function fetchToken() {
  const answer = await fetch(document.body.dataset.tokenUrl, { method: "POST" });
  if (!answer.ok) throw new Error(`No token: the website answered ${answer.status}.`);
  return (await answer.json()).token;
}

/** `total` is null where it is not known; `more` names the mailboxes of which it knows "this many, or more". */
function showTeaser({ total, more }) {
  if (!teaser) return;
  const count = `${total}${more.length ? "+" : ""}`;
  teaser.textContent = total ? `You have ${count} new ${count === "1" ? "message" : "messages"}` : teaserWithoutNews;
  teaser.classList.toggle("news", Boolean(total));
}

/** Runs the action instead of following the link or sending the form, once the portal's script is there for it. */
function insteadOf(event, selector, action) {
  const element = event.target.closest(selector);
  if (!element || Array.isArray(window.SecureInbox)) return;
  event.preventDefault();
  action(element);
}

/** At the portal first, then here: `signOut` comes back within seconds, whatever the portal does. */
async function signOut(form) {
  form.querySelector("button").disabled = true;
  await window.SecureInbox.signOut();
  form.submit();
}

(window.SecureInbox ||= []).push(["identify", fetchToken], ["on", "unread", showTeaser]);

document.addEventListener("click", (event) => {
  insteadOf(event, "[data-open]", () => window.SecureInbox.open());
  insteadOf(event, "[data-compose]", ({ dataset }) =>
    window.SecureInbox.compose({ securebox: dataset.compose, subject: dataset.subject }));
});
document.addEventListener("submit", (event) => insteadOf(event, "[data-sign-out]", signOut));
