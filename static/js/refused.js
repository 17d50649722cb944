// Tells the page around this one that there is something to read here, although nothing else will be said.

const { frameHost } = document.documentElement.dataset;
if (frameHost) parent.postMessage({ secureInbox: 1, refused: true }, frameHost);
