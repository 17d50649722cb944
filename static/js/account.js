// The pages of signing in and of the account, beyond their links and forms. This script imports nothing at its
// start, so that the sign-in page, which most users see with an empty cache, needs one script alone.

/** @param {HTMLInputElement} field for a password */
function offerToShowPassword(field) {
  const { show = "", hide = "" } = field.dataset;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "password-toggle" });
  /** @param {"password" | "text"} type */
  const setType = (type) => {
    field.type = type;
    button.textContent = type === "password" ? show : hide;
  };
  button.addEventListener("click", () => setType(field.type === "password" ? "text" : "password"));
  // Browsers remember the content of text fields, and offer it to the next user.
  field.form?.addEventListener("submit", () => setType("password"));
  setType("password");
  field.after(button);
}

/** @param {HTMLFormElement} form */
async function fetchPasskeyOptions(form) {
  const embedded = document.getElementById("passkey-options");
  if (embedded) return JSON.parse(embedded.textContent);
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

/** @param {HTMLFormElement} form */
function offerPasskey(form) {
  const problem = /** @type {HTMLElement} */ (form.querySelector("[data-problem]"));
  const { textCancelled, textRegistered, textFailed } = problem.dataset;
  /** @type {Record<string, string | undefined>} */
  const texts = { NotAllowedError: textCancelled, InvalidStateError: textRegistered };
  /** @param {string} name */
  const field = (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = "";
    try {
      const { getPasskey, createPasskey } = await import("./account/passkeys.js");
      const { request_options, creation_options } = await fetchPasskeyOptions(form);
      field("credential").value = request_options
        ? await getPasskey(request_options.publicKey)
        : await createPasskey(creation_options.publicKey, field("passwordless").checked);
      form.submit();
    } catch (error) {
      const name = error instanceof Error ? error.name : "";
      problem.textContent = texts[name] ?? textFailed ?? "";
    }
  });
}

if (!document.querySelector("[data-session-remaining]")) {
  // The user may just have signed out: other tabs check whether they are still signed in.
  new BroadcastChannel("session").postMessage("look");
  // With a session, portal.js does it.
  if (document.querySelector("[data-close]")) {
    import("./common/notices.js").then(({ followNotices }) => followNotices());
  }
}
/** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("input[data-show]")).forEach(offerToShowPassword);
if (window.PublicKeyCredential) {
  /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("[data-passkey]")).forEach(offerPasskey);
  /** @type {NodeListOf<HTMLElement>} */
  const parts = document.querySelectorAll("[data-passkey-support]");
  for (const part of parts) part.hidden = part.dataset.passkeySupport !== "yes";
}
