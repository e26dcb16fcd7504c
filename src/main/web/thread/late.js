import { html, nothing } from 'lit-html';
import { unsafeHTML } from 'lit-html/directives/unsafe-html.js';
import { backoff } from '../net/backoff.js';
import { forget, keep, recall } from '../page/storage.js';
import { english } from '../words/reading.js';
import { buttonView } from './button-view.js';
import { styles } from './styles.js';

/** The server writes here what the file holds, in short: an older page gets none that is newer. */
const HASH = 'HASH-OF-WRITING';

const kit = {
  ...{ html, nothing, unsafeHTML, buttonView },
  ...{ backoff, recall, keep, forget, english, styles },
};

let coming;
let tries = 0;

/** What it takes to write: a second script for those who reach for it, fetched once for the page. */
export function writing(base) {
  // A browser may remember that a script did not come, but not of another address.
  const again = tries ? `?${tries}` : '';
  coming ??= import(`${base}/v/${HASH}/writing.js${again}`).then(
    (script) => script.writing(kit),
    (failure) => {
      tries += 1;
      coming = null;
      throw failure;
    },
  );
  return coming;
}
