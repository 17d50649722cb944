// The search page. Its words are in no address, so a browser by itself cannot come back to it.

import { find, findAll } from "../common/dom.js";

/**
 * A page that answers a form is lost when its user goes back to it: browsers ask whether to send the form again, or show
 * an error. So this tab's history keeps the words beside the page, for its user alone, and the form is sent again.
 *
 * @param {HTMLFormElement} form
 */
export function comeBackToSearch(form) {
  const { reader } = document.documentElement.dataset;
  const words = find(form, "input[name=words]", HTMLInputElement);
  const [department] = findAll(form, "select[name=department]", HTMLSelectElement);
  const { position } = form.dataset;
  if (position !== undefined) {
    const search = { reader, words: words.value, department: department?.value, position };
    history.replaceState({ ...history.state, search }, "");
    return;
  }
  const kept = history.state?.search;
  if (!kept || kept.reader !== reader) return;
  words.value = kept.words;
  if (department) department.value = kept.department;
  form.append(hiddenField("position", kept.position));
  form.requestSubmit();
}

/**
 * @param {string} name
 * @param {string} value
 */
function hiddenField(name, value) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  return field;
}
