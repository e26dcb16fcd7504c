/**
 * The languages that there are words in, beside English, which comes with the scripts. A language is
 * a file like `en.json`: `{n}` is a number, other braces are names; an object holds the plural forms
 * that `Intl.PluralRules` tells apart.
 */
const others = 'ar de es fr it ja nl pl pt uk zh';

/** A language and perhaps a country: what is malformed is the page's, and no reason to show nothing. */
const known = /^([a-z]{2})(-[a-z]{2})?(?![a-z])/;

const read = {};

/**
 * The language of `locale` and its words, read from the server once: `[tag, words]`. It is English
 * when there is no such language, or it cannot be had: numbers and dates follow the page's regional
 * variant only in a language that we speak, or "vor 3 Minuten" would stand beside "3 views".
 */
export async function languageOf(locale, base, english) {
  const [tag, language] = known.exec(locale.toLowerCase()) ?? [];
  if (others.includes(language)) {
    // Nothing is shown before; a reader who waits longer would rather have it in English.
    read[language] ??= fetch(`${base}/words/${language}.json`, { signal: AbortSignal.timeout(3000) })
      .then((answer) => answer.ok && answer.json())
      .catch(() => {});
    const words = await read[language];
    if (words) return [tag, words];
  }
  return [language === 'en' ? tag : 'en', english];
}
