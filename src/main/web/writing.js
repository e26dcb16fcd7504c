/** What a page loads when its reader reaches for something: see thread/late.js. */
import css from 'built/writing.css';
import { forms } from './thread/forms.js';
import { take } from './thread/kit.js';
import { Writer } from './thread/writer.js';
import words from './words/en.json';

/** Adds words and styles to those that are there, and answers with the rest. */
export function writing(kit) {
  take(kit);
  Object.assign(kit.english, words);
  // One rule may hold them all, and nothing that is shown is styled anew.
  kit.styles.insertRule(`@media all{${css}}`, kit.styles.cssRules.length);
  return { Writer, forms };
}
