// What this website asks of the portal's script, `/embed/v1.js`, which has run before this one. Where the portal
// does not answer, there is no SecureInbox: links then lead to the portal's own pages, and nothing else is missing.
const inbox = window.SecureInbox;

/** A token for who is signed in to this website; null where nobody is. */
async function fetchToken() {
  const answer = await fetch(document.body.dataset.tokenUrl, { method: "POST" });
  if (!answer.ok) throw new Error(`No token: the website answered ${answer.status}.`);
  return (await answer.json()).token;
}

/** `total` is null where it is not known; `more` names the mailboxes of which it knows "this many, or more". */
function showTeaser({ total, more }) {
  const link = document.querySelector("[data-unread] a");
  if (!link) return;
  const count = `${total}${more.length ? "+" : ""}`;
  link.textContent = total ? `You have ${count} new ${count === "1" ? "message" : "messages"}` : "";
  link.hidden = !total;
}

/** Runs the action instead of following the link or sending the form. */
function insteadOf(event, selector, action) {
  const element = event.target.closest(selector);
  if (!element) return;
  event.preventDefault();
  action(element);
}

/** At the portal first, then here: `signOut` comes back within seconds, whatever the portal does. */
async function signOut(form) {
  form.querySelector("button").disabled = true;
  await inbox.signOut();
  form.submit();
}

if (inbox) {
  inbox.identify(fetchToken);
  inbox.on("unread", showTeaser);
  document.addEventListener("click", (event) => {
    insteadOf(event, "[data-open]", () => inbox.open());
    insteadOf(event, "[data-compose]", ({ dataset }) =>
      inbox.compose({ securebox: dataset.compose, subject: dataset.subject }));
  });
  document.addEventListener("submit", (event) => insteadOf(event, "[data-sign-out]", signOut));
}
