import en from './en.json';

const readers = { en };

/**
 * A language is a file like `en.json`: `{n}` is a number, other braces are names; an object holds the
 * plural forms that `Intl.PluralRules` tells apart.
 */

/**
 * The words, numbers and times of one language, of those that `languages` has. Numbers and dates
 * follow the page's regional variant only when it is the language we speak, or "vor 3 Minuten"
 * would stand beside "3 views".
 */
export function wordsFor(locale, languages = readers) {
  const language = locale.split('-')[0].toLowerCase();
  const words = languages[language] ?? languages.en;
  const tag = languages[language] && supported(locale) ? locale : 'en';
  const plural = new Intl.PluralRules(tag);
  const number = new Intl.NumberFormat(tag);
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });
  const day = new Intl.DateTimeFormat(tag, { dateStyle: 'medium' });
  const short = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const moment = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeStyle: 'short' });

  function say(key, values = {}) {
    const entry = words[key] ?? languages.en[key];
    const text =
      typeof entry === 'string' ? entry : (entry[plural.select(values.n)] ?? entry.other);
    return text.replace(/\{(\w+)\}/g, (_, name) =>
      name === 'n' ? number.format(values.n) : values[name],
    );
  }

  return {
    say,
    has: (key) => key in words,
    number: (n) => number.format(n),
    day: (time) => short.format(time),
    exactly: (time) => moment.format(time),
    /** "3 minutes ago"; a date once counting days no longer helps. */
    ago(time, now) {
      const seconds = Math.min(0, Math.round((time - now) / 1000));
      for (const [unit, size, limit] of steps) {
        if (seconds > -limit) return relative.format(Math.trunc(seconds / size), unit);
      }
      return day.format(time);
    },
  };
}

/** Unit, its seconds, and the seconds from which the next one reads better. */
const steps = [
  ['second', 60, 60], // "now" for the whole first minute, so that nothing counts seconds
  ['minute', 60, 3600],
  ['hour', 3600, 86400],
  ['day', 86400, 86400 * 14],
];

function supported(locale) {
  try {
    return Intl.PluralRules.supportedLocalesOf(locale).length > 0;
  } catch {
    return false; // a malformed lang attribute is the host page's, and no reason to show nothing
  }
}
