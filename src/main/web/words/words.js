/** Words, numbers and times in a language; `tag` says how numbers and dates are written. */
export function wordsOf(tag, words) {
  const plural = new Intl.PluralRules(tag);
  const number = new Intl.NumberFormat(tag);
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });
  const day = new Intl.DateTimeFormat(tag, { dateStyle: 'medium' });
  const short = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const moment = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeStyle: 'short' });

  function say(key, values = {}) {
    const entry = words[key];
    const text =
      typeof entry === 'string' ? entry : (entry[plural.select(values.n)] ?? entry.other);
    return text.replace(/\{(\w+)\}/g, (_, name) =>
      name === 'n' ? number.format(values.n) : values[name],
    );
  }

  return {
    tag,
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
