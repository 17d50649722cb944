// Speaks with the page of the company's website around this frame, through a port that its script hands over. Heights,
// counts, whether the user is signed in and where a message was sent to go out, never the text of a message. Other pages
// are not answered.
// The website's script may be a day older than this one: types and fields of messages stay as they are.

const { hostOrigin = "", signedIn } = document.documentElement.dataset;

/** @type {MessagePort | null} */
let port = null;
let isUserSignedIn = signedIn === "yes";

export const isConnected = () => port !== null;
export const isSignedIn = () => isUserSignedIn;

/**
 * @param {string} type
 * @param {object} [fields]
 */
export function tellHost(type, fields = {}) {
  port?.postMessage({ type, ...fields });
}

/** The page is left: what fails from now on is no problem of anyone's. Kept by the browser, the page connects again. */
export function disconnectFromHost() {
  port = null;
}

/** @param {boolean} now */
export function setSignedIn(now) {
  if (now === isUserSignedIn) return;
  isUserSignedIn = now;
  tellHost("session", { signedIn: now });
}

/**
 * Say hello to the website's script, take its port, and answer its messages from then on.
 *
 * @param {Record<string, (message: any) => void>} handlers by the message's type
 * @param {() => boolean} [canResume] whether this page can lead back to where the user's session ended
 */
export function connectToHost(handlers, canResume = () => false) {
  addEventListener("message", ({ source, origin, data, ports }) => {
    if (port || source !== parent || origin !== hostOrigin) return;
    if (data?.secureInbox !== 1 || data.port !== true || ports.length !== 1) return;
    port = ports[0] ?? null;
    if (!port) return;
    port.onmessage = ({ data: message }) => {
      if (Object.hasOwn(handlers, message?.type)) handlers[message.type]?.(message);
    };
    tellHost("session", { signedIn: isUserSignedIn, canResume: !isUserSignedIn && canResume() });
  });
  parent.postMessage({ secureInbox: 1, hello: true }, hostOrigin);
}
