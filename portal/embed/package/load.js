// Puts the portal's script into the page, once, and promises what it makes: window.SecureInbox.

// The calls that this package's types promise. A portal whose script lacks one is older than this package.
const CALLS = ["identify", "signOut", "refresh", "open", "close", "isOpen", "toggle", "compose", "getUnread", "on"];
const TIMEOUT = 15_000;

/** @typedef {import("./index.js").SecureInboxApi} SecureInboxApi */
/** @typedef {import("./index.js").SecureInboxOptions} SecureInboxOptions */
/** @typedef {import("./index.js").SecureInboxLoadError["reason"]} Reason */

/** @type {Record<Reason, string>} */
const MESSAGES = {
  address: "`portal` has to be the portal’s own https address, and the same for the whole page",
  blocked: "The page’s Content-Security-Policy does not allow the portal’s script",
  outdated: "The portal is older than this package",
  server: "There is no page here: call it in the browser",
  slow: "The portal’s script has not come yet",
  unavailable: "The portal’s script could not be loaded",
};

export class SecureInboxLoadError extends Error {
  name = "SecureInboxLoadError";

  /**
   * @param {Reason} reason
   * @param {string} [address]
   */
  constructor(reason, address) {
    super(address ? `${MESSAGES[reason]}: ${address}` : MESSAGES[reason]);
    this.reason = reason;
  }
}

/** @type {{ address: string, promise: Promise<SecureInboxApi> } | null} */
let loading = null;
let failures = 0;
/** @type {{ createScriptURL(address: string): any } | null | undefined} */
let policy;

/**
 * @param {SecureInboxOptions} options
 * @returns {Promise<SecureInboxApi>}
 */
export function loadSecureInbox({ portal, identify, nonce, timeout = TIMEOUT }) {
  if (typeof document === "undefined") return rejected(new SecureInboxLoadError("server"));
  const address = scriptAddress(portal);
  if (!address || (loading && loading.address !== address)) {
    return rejected(new SecureInboxLoadError("address", String(portal)));
  }
  // Before the script comes: it shows nothing until it is known who is looking.
  if (identify) written().push(["identify", identify]);
  if (loading) return loading.promise;
  const promise = load(address, nonce, timeout);
  loading = { address, promise };
  return promise;
}

/**
 * What the script finds: the calls that are written down for it. Afterwards its own object, which has `push` too.
 *
 * @returns {{ push(...calls: import("./index.js").SecureInboxCall[]): void }}
 */
export function written() {
  return (window.SecureInbox ||= []);
}

/** When the script has run, however it came into the page. The elements are the last that it makes. */
export async function ready() {
  await customElements.whenDefined("secure-inbox-badge");
  return /** @type {SecureInboxApi} */ (window.SecureInbox);
}

/**
 * A rejection that a page may leave alone: a server that renders pages must not end because of it.
 *
 * @param {SecureInboxLoadError} error
 */
function rejected(error) {
  const promise = Promise.reject(error);
  promise.catch(() => {});
  return promise;
}

/** @param {string} portal */
function scriptAddress(portal) {
  if (!/^https?:\/\/[^?#]+$/.test(portal) || !URL.canParse(portal)) return null;
  return new URL(portal.replace(/\/*$/, "/embed/v1.js")).href;
}

/**
 * @param {string} address
 * @param {string | undefined} nonce
 * @param {number} timeout in milliseconds
 * @returns {Promise<SecureInboxApi>}
 */
async function load(address, nonce, timeout) {
  const stopped = new AbortController();
  const { signal } = stopped;
  try {
    return await new Promise((resolve, reject) => {
      /** @param {Reason} reason */
      const fail = (reason) => reject(new SecureInboxLoadError(reason, address));
      const timer = setTimeout(() => fail("slow"), timeout);
      signal.addEventListener("abort", () => clearTimeout(timer));
      let isBlocked = false;
      document.addEventListener(
        "securitypolicyviolation",
        ({ blockedURI, disposition }) => (isBlocked ||= disposition === "enforce" && blockedURI.startsWith(address)),
        { signal },
      );
      const script = scriptOf(address) ?? addScript(address, nonce, fail);
      script?.addEventListener("error", () => fail(isBlocked ? "blocked" : "unavailable"), { signal });
      ready().then((api) => (CALLS.every((name) => name in api) ? resolve(api) : fail("outdated")));
    });
  } catch (error) {
    loading = null;
    throw error;
  } finally {
    stopped.abort();
  }
}

/** @param {string} address */
function scriptOf(address) {
  return [...document.scripts].find(({ src }) => src.split("?")[0] === address);
}

/**
 * @param {string} address
 * @param {string | undefined} nonce
 * @param {(reason: Reason) => void} fail
 */
function addScript(address, nonce, fail) {
  const script = document.createElement("script");
  script.type = "module";
  if (nonce) script.nonce = nonce;
  try {
    // Some browsers keep the failure of a module for as long as the page lives: another address is asked for again.
    script.src = trusted(failures ? `${address}?again=${failures}` : address);
  } catch {
    fail("blocked");
    return null;
  }
  script.addEventListener("error", () => {
    failures += 1;
    script.remove();
  });
  document.head.append(script);
  return script;
}

/**
 * A page that requires Trusted Types takes the address of a script from a policy alone.
 *
 * @param {string} address
 */
function trusted(address) {
  try {
    policy ??= /** @type {any} */ (window).trustedTypes?.createPolicy("secure-inbox", {
      createScriptURL: (/** @type {string} */ url) => url,
    });
  } catch {
    // The page's policy does not name ours. Without `require-trusted-types-for` the plain address does.
  }
  return policy?.createScriptURL(address) ?? address;
}
