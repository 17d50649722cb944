/**
 * Copy the message's address, for its reader to come back to it: it opens for them alone.
 *
 * @param {HTMLButtonElement} button
 */
export function offerLink(button) {
  const { clipboard } = navigator;
  const { copyLink = "", textCopied = "", textFailed = "" } = button.dataset;
  // Browsers have it on secure pages only.
  button.hidden = !clipboard;
  button.addEventListener("click", async () => {
    const isCopied = await clipboard.writeText(new URL(copyLink, location.href).href).then(
      () => true,
      () => false,
    );
    // In a live region, a change is read out.
    button.textContent = isCopied ? textCopied : textFailed;
  });
}
