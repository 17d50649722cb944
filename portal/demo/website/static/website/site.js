// What this website asks of the portal's script, `/embed/v1.js`, which has run before this one. Where the portal
// does not answer, there is no SecureInbox: links then lead to the portal's own pages, and nothing else is missing.
const inbox = window.SecureInbox;
const SIGN_OUT_SECONDS = 3;

/** A token for who is signed in to this website; null where nobody is. */
async function fetchToken() {
  const answer = await fetch(document.body.dataset.tokenUrl, { method: "POST" });
  if (!answer.ok) throw new Error(`No token: the website answered ${answer.status}.`);
  return (await answer.json()).token;
}

function showTeaser({ total }) {
  const link = document.querySelector("[data-unread] a");
  if (!link) return;
  link.hidden = !total;
  link.textContent = total ? `You have ${total} new ${total === 1 ? "message" : "messages"}` : "";
}

/** Runs the action instead of following the link or sending the form. */
function insteadOf(event, selector, action) {
  const element = event.target.closest(selector);
  if (!element) return;
  event.preventDefault();
  action(element);
}

async function signOut(form) {
  const button = form.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  const enough = new Promise((resolve) => setTimeout(resolve, SIGN_OUT_SECONDS * 1000));
  await Promise.race([inbox.signOut(), enough]).catch(() => {});
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
