// One message: its HTML body stands in a frame that is made as high as its content. And printing.

import { find } from "../common/dom.js";

const MIN_HEIGHT = 120;
const MAX_HEIGHT = 20_000; // CSS pixels, both.

// What letters consist of, once they are sanitised (TAGS in inbox/markup/reduction.py); nothing else is copied.
const ELEMENTS = new Set(
  `A ABBR B BLOCKQUOTE BR CAPTION DD DEL DIV DL DT EM H1 H2 H3 H4 H5 H6 HR I INS LI OL P PRE Q S SMALL SPAN STRONG SUB
   SUP TABLE TBODY TD TFOOT TH THEAD TR U UL`.split(/\s+/),
);
const ATTRIBUTES = ["align", "class", "colspan", "dir", "href", "lang", "rowspan", "start"];

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

/**
 * Prints the letter with its formatting. Without scripts, or before the frame is loaded, its plain text is printed.
 *
 * A copy is printed and not the frame, which browsers cut off at the end of a sheet.
 *
 * @param {HTMLIFrameElement} frame
 */
export function printCopy(frame) {
  const paper = find(document, "[data-on-paper]", HTMLElement);
  addEventListener("beforeprint", () => {
    // The letter's own words, and what it quotes.
    const letters = frame.contentDocument?.querySelectorAll(".letter") ?? [];
    if (letters.length === 0) return;
    paper.className = "";
    paper.replaceChildren(...[...letters].map(copyOf));
  });
}

/** @param {Element} letter */
function copyOf(letter) {
  const copy = document.createElement("div");
  copy.className = letter.className;
  copy.dir = "auto";
  copyInto(copy, letter);
  return copy;
}

/**
 * Copies text and harmless elements, one by one: what stands in the frame stays a stranger's.
 *
 * @param {Element} target
 * @param {Element} source
 */
function copyInto(target, source) {
  for (const node of source.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      target.append(node.nodeValue ?? "");
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      const element = /** @type {Element} */ (node);
      if (!ELEMENTS.has(element.tagName)) continue;
      const copy = document.createElement(element.tagName);
      for (const name of ATTRIBUTES) {
        const value = element.getAttribute(name);
        if (value !== null) copy.setAttribute(name, value);
      }
      target.append(copy);
      copyInto(copy, element);
    }
  }
}

/**
 * "Reply" at the head leads to the form at the foot of the conversation, where there is one: the letter stands above it.
 * Otherwise, or in another tab, it opens a page of its own.
 *
 * @param {HTMLAnchorElement} link
 */
export function replyInPlace(link) {
  const form = document.querySelector(".reply");
  const text = form?.querySelector("textarea[name=text]");
  if (!form || !(text instanceof HTMLElement)) return;
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    form.classList.add("open");
    text.focus();
  });
}

/** @param {HTMLButtonElement} button */
export function offerPrint(button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    // A menu would be on the paper.
    button.closest("details")?.removeAttribute("open");
    print();
  });
}
