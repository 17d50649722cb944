// Which page a frame shows, for when the website moves it to another place: browsers then reload the frame. The connector
// remembers the page; the website itself is not told.

/** @typedef {{ view: string, place?: string }} Place without a place it is asked for */

/**
 * @param {string} view the script's name for the frame around this page
 * @param {boolean} returns whether it was elsewhere before
 */
export function keepPlace(view, returns) {
  const channel = new BroadcastChannel("places");
  const here = () => location.pathname + location.search;
  const tell = () => channel.postMessage({ view, place: here() });
  // A page that the browser keeps needs no place; and it gives up what it keeps if the connector, kept too, hears of one.
  addEventListener("pagehide", ({ persisted }) => persisted || tell());
  if (!returns) return tell();
  channel.addEventListener("message", ({ data }) => {
    if (data.view === view && data.place && data.place !== here()) location.replace(data.place);
  });
  channel.postMessage({ view });
}

/** @returns {() => void} forgets all of them: they may be another user's */
export function rememberPlaces() {
  const channel = new BroadcastChannel("places");
  /** @type {Map<string, string>} */
  const places = new Map();
  channel.addEventListener("message", ({ data: { view, place } }) => {
    if (place) places.set(view, place);
    else if (places.has(view)) channel.postMessage({ view, place: places.get(view) });
  });
  return () => places.clear();
}
