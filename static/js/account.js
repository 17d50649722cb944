// What the pages of signing in and of the account do beyond their forms and links.

// --- Passwords: a look at what was typed -----------------------------------------------------------------------

function offerToShow(field) {
  const { show, hide } = field.dataset;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "show" });
  const turn = (type) => {
    field.type = type;
    button.textContent = type === "password" ? show : hide;
  };
  button.addEventListener("click", () => turn(field.type === "password" ? "text" : "password"));
  // Browsers keep what is typed into fields that anybody can read.
  field.form.addEventListener("submit", () => turn("password"));
  turn("password");
  field.after(button);
}

// --- Passkeys ----------------------------------------------------------------------------------------------------
// Servers and forms carry bytes as base64url, browsers want them as bytes: https://www.w3.org/TR/webauthn-3/

const toBytes = (text) => {
  const decoded = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(decoded, (character) => character.charCodeAt(0));
};

const toText = (buffer) => {
  const encoded = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return encoded.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const withBytes = (credentials = []) => credentials.map((each) => ({ ...each, id: toBytes(each.id) }));

function use(options) {
  const [challenge, allowCredentials] = [toBytes(options.challenge), withBytes(options.allowCredentials)];
  return navigator.credentials.get({ publicKey: { ...options, challenge, allowCredentials } });
}

function make(options, alone) {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: withBytes(options.excludeCredentials),
    authenticatorSelection: {
      ...options.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      userVerification: alone ? "required" : "preferred",
    },
  };
  return navigator.credentials.create({ publicKey });
}

const BYTES = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

function toJson(credential) {
  const { id, type, response } = credential;
  const given = BYTES.filter((name) => response[name]).map((name) => [name, toText(response[name])]);
  const transports = response.getTransports?.() ?? [];
  return JSON.stringify({
    id,
    type,
    rawId: toText(credential.rawId),
    response: { ...Object.fromEntries(given), transports },
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function optionsFor(form) {
  const given = document.getElementById("passkey-options");
  if (given) return JSON.parse(given.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

function offerPasskey(form) {
  const problem = form.querySelector("[data-problem]");
  const words = { NotAllowedError: problem.dataset.cancelled, InvalidStateError: problem.dataset.known };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = "";
    try {
      const { request_options, creation_options } = await optionsFor(form);
      const credential = request_options
        ? await use(request_options.publicKey)
        : await make(creation_options.publicKey, form.elements.passwordless.checked);
      form.elements.credential.value = toJson(credential);
      form.submit();
    } catch (error) {
      problem.textContent = words[error.name] ?? problem.dataset.failed;
    }
  });
}

// -----------------------------------------------------------------------------------------------------------------

// Whoever sees this page signed out may just have done so: other tabs look whether they still are signed in.
if (!document.querySelector("[data-session]")) new BroadcastChannel("session").postMessage("look");
document.querySelectorAll("input[data-show]").forEach(offerToShow);
if (window.PublicKeyCredential) {
  document.querySelectorAll("[data-passkey]").forEach(offerPasskey);
  for (const part of document.querySelectorAll("[data-passkeys]")) part.hidden = part.dataset.passkeys !== "known";
}
