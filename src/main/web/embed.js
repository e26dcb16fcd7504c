/** What a page loads: registers the elements. Their classes stand apart, so that tests and other
 * bundles can take them without the side effect. */
import { AfterwordThread } from './thread/element.js';

// A page may load the script twice, by a template and by hand.
if (!customElements.get('afterword-thread')) {
  customElements.define('afterword-thread', AfterwordThread);
}
