// Keeps the queue up to date while it is looked at. Without scripts, reloading the page does the same.
const SECONDS = 3;

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = document.getElementById("queue");
  const next = page.getElementById("queue");
  // Each page carries a new form token: only a change of what is read counts.
  if (!next || next.textContent === now.textContent) return;
  const focused = now.contains(document.activeElement) && document.activeElement.id;
  now.replaceWith(next);
  document.title = page.title;
  if (focused) document.getElementById(focused)?.focus();
}

setInterval(() => refresh().catch(() => {}), SECONDS * 1000);
