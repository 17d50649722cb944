// Keeps the agents' queue up to date while it is looked at. Without scripts, reloading the page does the same.

const REFRESH_SECONDS = 3;

async function refresh() {
  if (document.hidden) return;
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const queue = document.getElementById("queue");
  const fresh = page.getElementById("queue");
  // Each page carries a new form token: only a change of the text counts.
  if (!queue || !fresh || fresh.textContent === queue.textContent) return;
  const focused = queue.contains(document.activeElement) ? document.activeElement?.id : "";
  queue.replaceWith(fresh);
  document.title = page.title;
  if (focused) document.getElementById(focused)?.focus();
}

setInterval(() => refresh().catch(() => {}), REFRESH_SECONDS * 1000);
