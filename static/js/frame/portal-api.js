// The portal's answers to scripts inside a website's frame.

import { fetchForReader } from "../session/reader.js";

const HEADERS = { Accept: "application/json", "X-Requested-With": "SecureInbox" };

/**
 * @typedef {object} FrameState
 * @property {boolean} signed_in
 * @property {boolean} pending a user was handed over, and still has to prove a second step
 * @property {boolean} cookies whether the browser kept the portal's cookie
 * @property {string} token for the forms of this session
 * @property {string} reader who is signed in; empty where nobody is
 */

/** @param {Response} response */
export const readerOf = (response) => response.headers.get("Portal-Reader") ?? "";

/** @returns {Promise<FrameState>} */
export async function fetchState() {
  const response = await fetchForReader(document.documentElement.dataset.stateUrl ?? "", { headers: HEADERS });
  if (!response.ok) throw new Error(String(response.status));
  return { ...(await response.json()), reader: readerOf(response) };
}

/**
 * @param {string} url
 * @param {string} token of the session
 * @param {object} body
 */
export function postJson(url, token, body) {
  const headers = { ...HEADERS, "Content-Type": "application/json", "X-CSRFToken": token };
  return fetchForReader(url, { method: "POST", headers, body: JSON.stringify(body) });
}
