// English as far as it is read with: the build cuts `en.json` where the words for writing begin.
import english from 'built/english.json';
import { languageOf } from './language.js';
import { wordsOf } from './words.js';

export { english };

/** The words, numbers and times for a reader of `locale`. */
export async function wordsFor(locale, base) {
  const [tag, words] = await languageOf(locale, base, english);
  // The words of Chinese are Simplified, and so are its times then, wherever it is read.
  const spoken = tag.replace(/zh.+/, 'zh');
  // A page may be older, or newer, than what it read; and English grows with the script for writing.
  return wordsOf(spoken, words === english ? english : { __proto__: english, ...words });
}
