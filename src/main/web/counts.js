/** What a list page loads: `<afterword-count>`, "14 comments", and `<afterword-views>`, "128 views". */
import { counterOf } from './counts/counter.js';

// A page may load the script twice, by a template and by hand.
if (!customElements.get('afterword-count')) {
  customElements.define('afterword-count', counterOf('comments'));
  customElements.define('afterword-views', counterOf('views'));
}
