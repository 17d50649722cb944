// The list of messages: what can be done with several of them is offered once one is selected.

import { find, findAll } from "../common/dom.js";
import { pluralText } from "../common/wording.js";

/** @param {HTMLFormElement} form */
export function followSelection(form) {
  const boxes = findAll(form, "input[name=reference]", HTMLInputElement);
  const bar = form.querySelector("[data-selection]");
  if (!bar || boxes.length === 0) return;
  const all = find(bar, "[data-select-all] input", HTMLInputElement);
  const actions = find(bar, "[data-selection-actions]", HTMLElement);
  const count = find(bar, "[data-selected]", HTMLElement);
  const update = () => {
    const selected = boxes.filter((box) => box.checked).length;
    all.checked = selected === boxes.length;
    all.indeterminate = selected > 0 && selected < boxes.length;
    actions.hidden = selected === 0;
    bar.classList.toggle("has-selected", selected > 0);
    count.textContent = selected ? pluralText(count.dataset.selected ?? "", selected) : "";
  };
  all.addEventListener("change", () => boxes.forEach((box) => (box.checked = all.checked)));
  form.addEventListener("change", update);
  selectRanges(boxes, update);
  find(bar, "[data-select-all]", HTMLElement).hidden = false;
  // A browser that comes back to the page may have kept the boxes checked.
  update();
}

/**
 * With the shift key, a click selects everything from the box clicked before to this one.
 *
 * @param {HTMLInputElement[]} boxes
 * @param {() => void} update
 */
function selectRanges(boxes, update) {
  /** @type {HTMLInputElement | null} */
  let last = null;
  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last) {
        const [one, other] = [boxes.indexOf(last), boxes.indexOf(box)];
        boxes
          .slice(Math.min(one, other), Math.max(one, other) + 1)
          .forEach((between) => (between.checked = box.checked));
        update();
      }
      last = box;
    });
  }
}
