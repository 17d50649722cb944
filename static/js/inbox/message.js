// One message: its HTML body stands in a frame that is made as high as its content. And printing.

const MIN_HEIGHT = 120;
const MAX_HEIGHT = 20_000; // CSS pixels, both.

/** @param {HTMLIFrameElement} frame */
export function fitFrameToContent(frame) {
  const fit = () => {
    const page = frame.contentDocument?.documentElement;
    if (page) frame.style.height = `${Math.min(Math.max(page.offsetHeight, MIN_HEIGHT), MAX_HEIGHT)}px`;
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

/** @param {HTMLButtonElement} button */
export function offerPrint(button) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
