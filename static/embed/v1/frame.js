// An iframe of the portal and the documents in it. This page cannot look into them: each document says hello, and is
// given a port of its own.

import { PORTAL, explain } from "./portal.js";
import { createElement, isObject } from "./tools.js";

// In milliseconds, as all times of this script.
export const HELLO_TIMEOUT = 10_000;
// A document says hello before it is loaded to its end, but the hello may be heard after that.
const HELLO_AFTER_LOAD = 2_000;
const HELLO_BEFORE_LOAD = 5_000;

/** @type {Set<Frame>} */
const frames = new Set();

export class Frame {
  #container;
  #life;
  #handlers;
  /** @type {HTMLIFrameElement | null} */
  #iframe = null;
  /** @type {MessagePort | null} */
  #port = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #helloAt = -Infinity;
  // Hello was heard, and the end of its document's loading is awaited.
  #awaitsLoad = false;
  // A document was loaded, and its hello is awaited.
  #awaitsHello = false;

  /**
   * @param {ParentNode} container
   * @param {FrameLife} life
   * @param {MessageHandlers} handlers by the message's type
   */
  constructor(container, life, handlers) {
    this.#container = container;
    this.#life = life;
    this.#handlers = handlers;
  }

  /**
   * @param {string} src
   * @param {string} title
   */
  load(src, title) {
    this.unload();
    const allow = `publickey-credentials-get ${PORTAL}; clipboard-write ${PORTAL}`;
    // A new element each time: another address in the old one would add a step to the browser's history.
    this.#iframe = createElement("iframe", { part: "frame", src, title, allow, referrerpolicy: "origin" });
    this.#iframe.addEventListener("load", () => this.#loaded());
    this.#container.append(this.#iframe);
    frames.add(this);
    this.#expectHello(HELLO_TIMEOUT, "slow");
  }

  unload() {
    clearTimeout(this.#timer);
    frames.delete(this);
    this.#iframe?.remove();
    this.#iframe = this.#port = null;
    this.#awaitsLoad = this.#awaitsHello = false;
    this.#helloAt = -Infinity;
  }

  get window() {
    return this.#iframe?.contentWindow;
  }

  get isConnected() {
    return Boolean(this.#port);
  }

  /** @param {string} title */
  set title(title) {
    if (this.#iframe) this.#iframe.title = title;
  }

  /**
   * @param {string} type
   * @param {object} [fields]
   */
  send(type, fields) {
    this.#port?.postMessage({ type, ...fields });
  }

  focus() {
    this.#iframe?.focus();
    this.send("focus");
  }

  /**
   * The first message of a document.
   *
   * @param {"hello" | "refused"} word
   */
  receiveHello(word) {
    clearTimeout(this.#timer);
    this.#helloAt = Date.now();
    this.#awaitsLoad = !this.#awaitsHello;
    this.#awaitsHello = false;
    if (word === "hello") this.#handOverPort();
    this.#life[word]();
  }

  #handOverPort() {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      if (!frames.has(this)) return;
      // Where a document was replaced by the next one during the handshake, the port that speaks is the one in use.
      this.#port = port1;
      if (!isObject(data) || !Object.hasOwn(this.#handlers, data.type)) return;
      this.#handlers[data.type]?.(/** @type {FrameMessage} */ (data));
    };
    this.window?.postMessage({ secureInbox: 1, port: true }, PORTAL, [port2]);
    this.#port = port1;
  }

  /**
   * A document was loaded to its end. In doubt, the last hello was its own: an error in place of a good page would be
   * worse than an empty frame in place of a bad one.
   */
  #loaded() {
    this.#awaitsHello = !this.#awaitsLoad && Date.now() - this.#helloAt > HELLO_BEFORE_LOAD;
    this.#awaitsLoad = false;
    if (this.#awaitsHello) this.#expectHello(HELLO_AFTER_LOAD, "unavailable");
  }

  /**
   * @param {number} timeout
   * @param {ProblemReason} reason
   */
  #expectHello(timeout, reason) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#life.lost(explain(reason)), timeout);
  }
}

/** @param {MessageEvent} event on the window: messages of other origins and windows are ignored */
export function receiveFirstMessage({ origin, source, data }) {
  if (origin !== PORTAL || !source || !isObject(data) || data.secureInbox !== 1) return;
  const word = /** @type {const} */ (["hello", "refused"]).find((name) => data[name] === true);
  for (const frame of frames) if (word && frame.window === source) frame.receiveHello(word);
}
