// Tells the portal the time zone of this device, so that its pages show dates in it.

import { findAll } from "../common/dom.js";
import { fetchForReader } from "../session/reader.js";

/**
 * Once for each zone: the page carries the one that the portal takes this device to have.
 *
 * @param {HTMLElement} marker carries that zone, where to tell a new one, and a token for forms
 */
export async function tellTimeZone(marker) {
  const { timeZone: known, timeZoneUrl: url } = marker.dataset;
  const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions();
  if (!url || !zone || zone === known) return;
  const form = new FormData();
  for (const { name, value } of findAll(marker, "input", HTMLInputElement)) form.append(name, value);
  form.append("zone", zone);
  // Dates are right without it too, in another zone; the next page tries again.
  await fetchForReader(url, { method: "POST", body: form }).catch(() => {});
}
