// What the pages do beyond their forms and links. Each part stands alone; without it, its page still works.

const POLL_SECONDS = 30;
const MOST_SECONDS = 300;
const tabs = new BroadcastChannel("session");

// --- The unread badges ---------------------------------------------------------------------------------------

const plainTitle = document.title.replace(/^\(\d+\+?\) /, "");

function show(badge, label) {
  badge.hidden = !label;
  badge.querySelector("[data-number]").textContent = label;
}

function showUnread({ secureboxes, more, stale }) {
  const label = (number, atLeast) => (number ? `${number}${atLeast ? "+" : ""}` : "");
  const numbers = Object.values(secureboxes);
  const sum = numbers.reduce((total, number) => total + (number ?? 0), 0);
  const whole = label(sum, more.length > 0 || numbers.includes(null));
  for (const badge of document.querySelectorAll("[data-unread]")) {
    const slug = badge.dataset.unread;
    show(badge, slug ? label(secureboxes[slug], more.includes(slug)) : whole);
  }
  for (const card of document.querySelectorAll("[data-card]")) {
    const number = secureboxes[card.dataset.card];
    const state = { unknown: number === null, unread: number > 0, none: number === 0, stale: stale && number !== null };
    card.querySelector("[data-number]").textContent = label(number, more.includes(card.dataset.card));
    for (const part of card.children) part.hidden = !state[part.dataset.when];
  }
  document.title = whole ? `(${whole}) ${plainTitle}` : plainTitle;
}

/** Null where nobody is signed in, undefined where there is no answer. */
async function fetchUnread(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (answer.status === 401) return null;
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}

function followUnread(url) {
  let wait = POLL_SECONDS;
  let timer = 0;
  let signedIn = document.documentElement.dataset.signedIn !== "no";
  // Somebody else may have signed in while an answer was under way: only the last question counts, and of what others
  // tell only what is of the same session as the last answer.
  let turn = 0;
  let session = null;
  // Of all tabs and frames that show the same numbers, whichever asks tells the others, and they need not.
  const others = new BroadcastChannel(`unread ${document.documentElement.dataset.frameHost ?? ""}`);
  const take = (numbers) => {
    signedIn = numbers !== null;
    session = numbers?.session;
    if (signedIn) showUnread(numbers);
    document.dispatchEvent(new CustomEvent("unread", { detail: numbers }));
  };
  const plan = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(ask, seconds * 1000);
  };
  const ask = async () => {
    if (document.hidden || !signedIn) return;
    const mine = (turn += 1);
    const numbers = await fetchUnread(url);
    if (mine !== turn) return;
    if (numbers === null) {
      take(null);
      return void tabs.postMessage("look");
    }
    if (numbers) {
      take(numbers);
      others.postMessage(numbers);
    }
    wait = numbers ? POLL_SECONDS : Math.min(wait * 2, MOST_SECONDS);
    plan(wait);
  };
  others.addEventListener("message", ({ data }) => {
    if (!session || data.session !== session) return;
    take(data);
    plan(wait * 1.2);
  });
  document.addEventListener("visibilitychange", ask);
  document.addEventListener("lookunread", ({ detail }) => {
    signedIn = detail.signedIn;
    turn += 1;
    session = null;
    ask();
  });
  ask();
}

// --- The row of boxes -----------------------------------------------------------------------------------------

function followTabs(row) {
  const current = row.querySelector("[aria-current]");
  // By hand: what scrolls into view by itself moves, inside a frame, the page around it as well.
  const showCurrent = () => {
    const [its, all] = [current.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += its.left + its.width / 2 - (all.left + all.width / 2);
  };
  const fade = () => {
    const before = Math.abs(row.scrollLeft); // Below zero where one reads from right to left.
    const after = row.scrollWidth - row.clientWidth - before;
    row.toggleAttribute("data-more-before", before > 1);
    row.toggleAttribute("data-more-after", after > 1);
  };
  // A frame may have no width yet, and a badge that appears makes its tab wider.
  if (current) new ResizeObserver(showCurrent).observe(row);
  const sizes = new ResizeObserver(fade);
  for (const part of [row, row.firstElementChild]) sizes.observe(part);
  row.addEventListener("scroll", fade, { passive: true });
}

// --- The list: choose all -------------------------------------------------------------------------------------

function offerChooseAll(form) {
  const label = form.querySelector("[data-choose-all]");
  const all = label.querySelector("input");
  const each = [...form.querySelectorAll("input[name=reference]")];
  label.hidden = false;
  all.addEventListener("change", () => each.forEach((box) => (box.checked = all.checked)));
  form.addEventListener("change", () => {
    const chosen = each.filter((box) => box.checked).length;
    all.checked = chosen === each.length;
    all.indeterminate = chosen > 0 && chosen < each.length;
  });
}

// --- A message: the height of its frame, and printing ---------------------------------------------------------

function fitFrame(frame) {
  const fit = () => {
    const page = frame.contentDocument?.documentElement;
    if (page) frame.style.height = `${Math.min(Math.max(page.offsetHeight, 120), 20000)}px`;
  };
  const start = () => {
    const body = frame.contentDocument?.body;
    if (!body) return;
    fit();
    new ResizeObserver(fit).observe(body);
  };
  frame.addEventListener("load", start);
  if (frame.contentDocument?.readyState === "complete") start();
}

function offerPrint(button) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// --- Compose: the count, the draft, and one click -------------------------------------------------------------

function followCount(form) {
  const text = form.querySelector("textarea[data-limit]");
  const count = form.querySelector("[data-count]");
  const most = Number(text.dataset.limit);
  const update = () => {
    const length = [...text.value].length;
    const words = { NUMBER: length.toLocaleString(), MOST: most.toLocaleString() };
    count.textContent = count.dataset.words.replace(/NUMBER|MOST/g, (name) => words[name]);
    count.classList.toggle("over", length > most);
  };
  text.addEventListener("input", update);
  update();
}

function sendOnce(form) {
  const button = form.querySelector("button:not([type=button], [name])");
  const text = form.querySelector("textarea[data-limit]");
  form.addEventListener("submit", (event) => {
    const sends = event.submitter?.value !== "save";
    // The server would say the same, but a text beyond all measure might not come back from there.
    if (sends && [...text.value].length > Number(text.dataset.limit)) {
      event.preventDefault();
      text.focus();
    } else {
      setTimeout(() => (button.disabled = true));
    }
  });
  // A page that the browser kept and shows again must be usable again.
  addEventListener("pageshow", () => (button.disabled = false));
}

const SAVE_AFTER = 1500; // Milliseconds without a key.
const KEEPALIVE_MOST = 60_000; // Bytes: beyond them browsers refuse what is to outlive its page.

function keepDraft(form) {
  const state = form.querySelector("[data-save-state]");
  const problem = form.querySelector("[data-save-problem]");
  const notice = (name) => document.querySelector(`[data-${name}]`);
  const { version, step } = form.elements;
  let [timer, wait, changed, saving, stopped] = [0, SAVE_AFTER, false, false, false];

  // Only a problem is spoken: that all is well would interrupt whoever writes and listens.
  const say = (words = "", time = "") => {
    state.textContent = words.replace("TIME", time);
    problem.textContent = "";
  };
  const complain = (words) => {
    state.textContent = "";
    problem.textContent = words;
  };
  const show = (name, url) => {
    const shown = notice(name);
    shown.querySelector("a").href = url;
    shown.hidden = false;
    shown.scrollIntoView({ block: "nearest" });
  };
  const plan = (milliseconds) => {
    clearTimeout(timer);
    timer = setTimeout(save, milliseconds);
  };

  const post = async () => {
    // Counted, so that of two savings under way at once the earlier one does not come out on top.
    step.value = Number(step.value) + 1;
    const body = new URLSearchParams(new FormData(form));
    const keepalive = body.toString().length < KEEPALIVE_MOST;
    const answer = await fetch(form.dataset.saveUrl, { method: "POST", body, keepalive });
    if (answer.status >= 500) throw new Error(answer.status);
    return { status: answer.status, ...(await answer.json().catch(() => ({}))) };
  };
  // "Discard" beside the form throws away what this page shows, and no more.
  const know = (saved) => {
    for (const field of document.querySelectorAll("input[name=version]")) field.value = saved;
  };
  const keepThisOne = (seen) => {
    notice("conflict").hidden = true;
    [version.value, changed, stopped] = [seen, true, false];
    save();
  };
  const settle = (answer) => {
    const { status, url } = answer;
    stopped = status === 409 || status === 410;
    if (status === 200) {
      know(answer.version);
      say(changed ? "" : state.dataset.saved, answer.saved);
      history.replaceState(null, "", url);
    } else if (status === 401) {
      say();
      show("signed-out", url);
    } else if (status === 410) {
      complain(state.dataset.elsewhere);
      show("over", url);
    } else if (status === 409) {
      complain(state.dataset.elsewhere);
      show("conflict", url);
      notice("keep").onclick = () => keepThisOne(answer.version);
    } else {
      complain(answer.problem ?? state.dataset.refused);
    }
  };
  const save = async () => {
    clearTimeout(timer);
    if (!changed || saving || stopped) return;
    [changed, saving] = [false, true];
    say(state.dataset.saving);
    try {
      settle(await post());
      wait = SAVE_AFTER;
    } catch {
      complain(state.dataset.failed);
      wait = Math.min(wait * 2, 30_000);
      changed = true;
    }
    saving = false;
    if (changed) plan(wait);
  };
  // Nobody waits for an answer any more; what is on the page goes out, whatever else is under way.
  const saveOnLeaving = () => {
    if (changed && !stopped) post().catch(() => {});
    changed = false;
  };

  form.addEventListener("input", () => {
    changed = true;
    if (stopped) return;
    say();
    plan(wait);
  });
  form.addEventListener("focusout", ({ relatedTarget }) => relatedTarget?.type === "submit" || save());
  document.addEventListener("visibilitychange", () => document.hidden && save());
  addEventListener("pagehide", saveOnLeaving);
  // For whoever goes on in another window: the draft is to be there.
  document.addEventListener("savedraft", ({ detail }) => {
    const saved = async () => {
      while (saving) await new Promise((resolve) => setTimeout(resolve, 50));
      await save();
    };
    detail.push(saved());
  });
  document.addEventListener("sessionover", (event) => {
    if (!changed && !saving && !stopped) return;
    event.preventDefault();
    save();
  });
  addEventListener("beforeunload", (event) => stopped && changed && event.preventDefault());
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return complain(form.querySelector("[data-count]").textContent);
    step.value = Number(step.value) + 1;
    [changed, stopped] = [false, true];
  });
  addEventListener("pageshow", () => (stopped = false));
}

// --- An outgoing message: what becomes of it ------------------------------------------------------------------

function followState(section) {
  let wait = 2;
  // In place, and not by loading the page anew: the section is a live region, and is read out.
  const renew = async () => {
    const page = await (await fetch(location.href)).text();
    const fresh = new DOMParser().parseFromString(page, "text/html");
    const news = fresh.querySelector("[data-state]");
    section.replaceChildren(...news.childNodes);
    Object.assign(section, { className: news.className });
    section.dataset.state = news.dataset.state;
    document.title = fresh.title;
    return "follow" in news.dataset;
  };
  const ask = async () => {
    let goOn = true;
    try {
      const answer = document.hidden ? null : await fetch(section.dataset.follow);
      if (answer?.status === 401) return;
      const { state, due } = answer?.ok ? await answer.json() : section.dataset;
      // Whoever is about to decide is not interrupted.
      const deciding = section.querySelector("details[open]");
      if (!deciding && (state !== section.dataset.state || due === false)) goOn = await renew();
    } catch {
      // The next question may be answered.
    }
    wait = Math.min(wait * 1.5, POLL_SECONDS);
    if (goOn) setTimeout(ask, wait * 1000);
  };
  setTimeout(ask, wait * 1000);
}

// --- The session: a warning before it ends, and its end in all tabs ---------------------------------------------

const WARN_SECONDS = 120;
const LAST_SECONDS = 30;
const LOOK_SECONDS = 10;

function watchSession(mark) {
  const { idle, absolute } = mark.dataset;
  const dialog = document.querySelector("dialog.session-end");
  const { state, signIn, minutes, minute, seconds } = dialog.dataset;
  const [extend, signOut] = dialog.querySelectorAll("form");
  const problem = dialog.querySelector("[data-problem]");
  const warnAt = Math.min(WARN_SECONDS, Number(idle) / 3);
  const now = () => Date.now() / 1000; // The clock, not a timer: timers stand still while a laptop sleeps.
  let endsAt = now() + Number(idle);
  let mayExtend = Number(absolute) > Number(idle);
  // A warning that was put away comes back once, shortly before the end.
  let [warnBelow, timer] = [Infinity, 0];
  const putAway = () => {
    const last = Math.min(LAST_SECONDS, warnAt / 3);
    warnBelow = endsAt - now() > last ? last : 0;
  };

  // In steps: a screen reader reads each change.
  const words = (left) => {
    if (left > 90) return minutes.replace("NUMBER", Math.round(left / 60));
    return left > 45 ? minute : seconds.replace("NUMBER", left > 20 ? 30 : 10);
  };
  const warn = (left) => {
    for (const part of dialog.querySelectorAll("[data-ending]")) {
      const { ending } = part.dataset;
      part.hidden = ending === "draft" ? !document.querySelector("[data-compose]") : (ending === "idle") !== mayExtend;
    }
    for (const time of dialog.querySelectorAll("[data-time]")) {
      if (time.textContent !== words(left)) time.textContent = words(left);
    }
    if (!dialog.open && left <= warnBelow) dialog.showModal();
  };
  const know = (left) => {
    endsAt = now() + left.idle;
    mayExtend = left.absolute > left.idle;
  };
  const leave = () => {
    dialog.close();
    // Words that are not kept yet are kept first, and their page says what to do.
    if (!document.dispatchEvent(new Event("sessionover", { cancelable: true }))) return;
    location.replace(`${signIn}?next=${encodeURIComponent(location.pathname + location.search)}&ended`);
  };
  // Whether the session goes on. Another tab may have put its end off, or ended it.
  const ask = async () => {
    try {
      const answer = await fetch(state, { headers: { Accept: "application/json" } });
      if (answer.ok) know(await answer.json());
      return answer.status !== 401;
    } catch {
      return endsAt > now();
    }
  };
  const look = async ({ asking = false } = {}) => {
    clearTimeout(timer);
    if ((asking || endsAt - now() <= warnAt) && !(await ask())) return leave();
    const left = endsAt - now();
    if (left > warnAt) {
      warnBelow = Infinity;
      dialog.close();
    } else {
      warn(left);
    }
    clearTimeout(timer);
    const wait = left > warnAt ? Math.min(left - warnAt, 60) : Math.min(LOOK_SECONDS, warnAt / 3);
    timer = setTimeout(look, Math.max(wait, 0.5) * 1000);
  };

  const token = mark.querySelector("input");
  for (const form of [extend, signOut]) form.append(token.cloneNode());
  extend.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = "";
    try {
      const answer = await fetch(extend.action, { method: "POST", body: new FormData(extend) });
      if (!answer.ok && answer.status !== 401) throw new Error(answer.status);
      await look({ asking: true });
      tabs.postMessage("look");
    } catch {
      problem.textContent = problem.dataset.words;
    }
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => {
    putAway();
    dialog.close();
  });
  dialog.addEventListener("cancel", putAway);
  document.addEventListener("visibilitychange", () => document.hidden || look());
  tabs.addEventListener("message", () => look({ asking: true }));
  look();
}

// --------------------------------------------------------------------------------------------------------------

document.querySelectorAll(".boxes").forEach(followTabs);
const { unreadUrl } = document.body.dataset;
if (unreadUrl) followUnread(unreadUrl);
document.querySelectorAll("[data-session]").forEach(watchSession);
document.querySelectorAll("[data-list]").forEach(offerChooseAll);
document.querySelectorAll("[data-letter]").forEach(fitFrame);
document.querySelectorAll("[data-print]").forEach(offerPrint);
document.querySelectorAll("[data-follow]").forEach(followState);
document.querySelectorAll("[data-compose]").forEach((form) => {
  followCount(form);
  sendOnce(form);
  keepDraft(form);
});
addEventListener("pageshow", (event) => event.persisted && location.reload());
