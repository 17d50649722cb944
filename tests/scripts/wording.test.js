import assert from "node:assert/strict";
import { test } from "node:test";

import { numberText, pluralText } from "../../static/js/common/wording.js";

/** What the page says in a language whose sample numbers have these forms. */
function forms(formOf) {
  return JSON.stringify([1, 0, 2, 3, 5, 6, 7, 11, 20, 100, 1_000_000].map((n) => [n, `NUMBER ${formOf(n)}`]));
}

const english = forms((n) => (n === 1 ? "minute" : "minutes"));
const polish = forms((n) => {
  if (n === 1) return "minuta";
  return n % 10 >= 2 && n % 10 <= 4 && !(n % 100 >= 12 && n % 100 <= 14) ? "minuty" : "minut";
});
const arabic = forms((n) => {
  if (n < 3) return ["zero", "one", "two"][n];
  if (n % 100 >= 3 && n % 100 <= 10) return "few";
  return n % 100 >= 11 ? "many" : "other";
});

/** Each number in its form. */
const said = (texts, language, numbers) => numbers.map((n) => pluralText(texts, n, language).split(" ")[1]);

test("a language with two forms", () => {
  assert.deepEqual(said(english, "en", [0, 1, 2, 21]), ["minutes", "minute", "minutes", "minutes"]);
});

test("a language with three forms, also for numbers that the page did not name", () => {
  assert.deepEqual(said(polish, "pl", [1, 4, 12, 22, 25, 101]), [
    "minuta",
    "minuty",
    "minut",
    "minuty",
    "minut",
    "minut",
  ]);
});

test("a language with six forms", () => {
  assert.deepEqual(said(arabic, "ar", [0, 1, 2, 9, 99, 200]), ["zero", "one", "two", "few", "many", "other"]);
});

test("a form that gettext and the browser count differently: the number itself decides", () => {
  const portuguese = forms((n) => (n === 1 ? "minuto" : "minutos"));
  assert.deepEqual(said(portuguese, "pt", [0, 1, 2]), ["minutos", "minuto", "minutos"]);
});

test("numbers are written as in the language of the page", () => {
  assert.equal(numberText(12_345, "en"), "12,345");
  assert.equal(pluralText(english, 12_345, "de"), "12.345 minutes");
});
