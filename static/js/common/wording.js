// Texts with a number in them, in the language of the page. The page brings every plural form: see `{% plural_forms as name %}`
// in portal/templatetags/plurals.py.

/**
 * As the page's language writes it, whatever the browser's own language is.
 *
 * @param {number} number
 * @param {string} [language]
 */
export function numberText(number, language = document.documentElement.lang) {
  return new Intl.NumberFormat(language).format(number);
}

/**
 * @param {string} forms what `{% plural_forms as name %}` wrote: pairs of a sample number and the text for it, as JSON
 * @param {number} number
 * @param {string} [language]
 * @returns {string} the text for the number, with the number in it
 */
export function pluralText(forms, number, language = document.documentElement.lang) {
  /** @type {[number, string][]} */
  const samples = JSON.parse(forms);
  const rules = new Intl.PluralRules(language);
  const category = rules.select(number);
  const [, text] =
    samples.find(([sample]) => sample === number) ??
    samples.find(([sample]) => rules.select(sample) === category) ??
    /** @type {[number, string]} */ (samples.at(-1));
  return text.replaceAll("NUMBER", () => numberText(number, language));
}
