// By name, so that the build leaves out all other words.
import { comments, views } from './en.json';
import { languageOf } from './language.js';

/** "14 comments" in the language of `locale`; the number alone when it is to be `bare`. */
export async function counted(locale, base, what, n, bare) {
  const [tag, words] = await languageOf(locale, base, { comments, views });
  const number = new Intl.NumberFormat(tag).format(n);
  const forms = words[what];
  return bare
    ? number
    : (forms[new Intl.PluralRules(tag).select(n)] ?? forms.other).replace('{n}', number);
}
