import { html, nothing } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { buttonView } from './button-view.js';
import { commentView } from './comment-view.js';

/** A list of comments and the way to its next page: the roots, or the replies to `comment`. */
export function listView(ui, list, comment) {
  const { conversation, form } = ui.thread;
  return html`<ol class=${comment ? 'replies' : 'list'} part=${comment ? 'replies' : 'list'}>
      ${repeat(
        conversation.shown(list, form?.at),
        ({ id }) => id,
        (one) => commentView(ui, one),
      )}
    </ol>
    ${list.next ? moreView(ui, list, comment) : nothing}`;
}

function moreView({ thread, words: { say }, scroll }, list, comment) {
  const state = thread.paging.get(list);
  const label = comment
    ? say('moreReplies', { n: Math.max(1, list.unloaded) })
    : say('more');
  const more = async () => {
    const first = await thread.more(list, comment);
    // The button has moved or gone; the keyboard goes on where the new ones begin.
    if (first) scroll.reveal(first);
  };
  return html`<p class="more">
    ${buttonView('more', label, more, { busy: state === 'busy' || null })}
    ${
      state === 'failed'
        ? html`<span class="problem" role="alert">${say('moreFailed')}</span>`
        : nothing
    }
  </p>`;
}
