// This page is shown in a frame of a website that may not show it, in place of a page of the portal. It tells the
// website's page, so that the website's script shows it instead of an error; it answers no other message.

const { hostOrigin } = document.documentElement.dataset;
if (hostOrigin) parent.postMessage({ secureInbox: 1, refused: true }, hostOrigin);
