// Asks the browser for a passkey. Servers and forms carry bytes as base64url, browsers take and give them as bytes:
// https://www.w3.org/TR/webauthn-3/

/** @param {string} text base64url */
function toBytes(text) {
  const decoded = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(decoded, (character) => character.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
function toBase64Url(buffer) {
  const encoded = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return encoded.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {any[]} [credentials] */
function withBytes(credentials = []) {
  return credentials.map((credential) => ({ ...credential, id: toBytes(credential.id) }));
}

/**
 * Sign in with a passkey.
 *
 * @param {any} options as the server sent them
 * @returns {Promise<string>} the answer for the server, as JSON
 */
export async function getPasskey(options) {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: withBytes(options.allowCredentials),
  };
  return toJson(await navigator.credentials.get({ publicKey }));
}

/**
 * Register a passkey.
 *
 * @param {any} options as the server sent them
 * @param {boolean} isPasswordless whether it is to sign in by itself, or as a second step after the password
 * @returns {Promise<string>} the answer for the server, as JSON
 */
export async function createPasskey(options, isPasswordless) {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: withBytes(options.excludeCredentials),
    authenticatorSelection: {
      ...options.authenticatorSelection,
      residentKey: isPasswordless ? "required" : "discouraged",
      requireResidentKey: isPasswordless,
      userVerification: isPasswordless ? "required" : "preferred",
    },
  };
  return toJson(await navigator.credentials.create({ publicKey }));
}

const BYTE_FIELDS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

/** @param {any} credential */
function toJson(credential) {
  const { id, type, rawId, response } = credential;
  const fields = BYTE_FIELDS.filter((name) => response[name]).map((name) => [name, toBase64Url(response[name])]);
  const transports = response.getTransports?.() ?? [];
  return JSON.stringify({
    id,
    type,
    rawId: toBase64Url(rawId),
    response: { ...Object.fromEntries(fields), transports },
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}
