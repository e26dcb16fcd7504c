import { html, noChange, nothing } from 'lit-html';
import { buttonView, down, icon, problemView, up } from './button-view.js';
import { countsView } from './counts-view.js';
import { listView } from './list-view.js';
import { namedIn } from './permalinks.js';
import { reactionsView } from './reactions-view.js';
import { writeView } from './write-view.js';

/** What a reader reaches for to do something. */
const deeds = '.invite, .reactions button, .actions button';

/** The whole picture, from top to bottom in the order a reader looks for it. */
export function threadView(ui) {
  const { thread, words, announcer } = ui;
  // Links to comments, which no browser finds in here by itself.
  const follow = (event) => {
    const link = event.target.closest('a[href^="#aw-"], a.when');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    thread.visit(namedIn(link.href));
  };
  const reach = ({ target }) => target.closest(deeds) && thread.warm();
  // Outside, a key that is typed in here seems to come from no field at all, and is a shortcut.
  const type = (event) => event.target.closest('textarea, input') && event.stopPropagation();
  // Where the page's language is not spoken here, ours is another than that of the comments.
  const { tag } = words;
  const foreign = !ui.lang.toLowerCase().startsWith(tag.slice(0, 2));
  return html`<section
    class="thread"
    part="thread"
    lang=${foreign ? tag : nothing}
    dir=${foreign ? (/^ar/.test(tag) ? 'rtl' : 'ltr') : nothing}
    aria-label=${words.say('thread')}
    @click=${follow}
    @pointerover=${reach}
    @focusin=${reach}
    @keydown=${type}
    @keypress=${type}
    @keyup=${type}
  >
    ${countsView(ui)} ${reactionsView(ui)} ${emptyView(ui)} ${writeView(ui)}
    ${problemView(ui, 'list')} ${commentsView(ui)}
    <p class="unseen" role="status">${announcer.spoken}</p>
  </section>`;
}

function emptyView({ thread, words }) {
  const { conversation, info } = thread;
  if (!conversation || info.state === 'closed') return nothing;
  const { roots, waiting } = conversation;
  if (waiting || roots.next || conversation.shown(roots, thread.form?.at).length) return nothing;
  return html`<p class="empty">${words.say('empty')}</p>`;
}

function commentsView(ui) {
  const { thread, words } = ui;
  const { conversation } = thread;
  if (!conversation) {
    return thread.problems.has('list')
      ? nothing
      : html`<p class="loading">${words.say('loading')}</p>`;
  }
  const { roots, waiting } = conversation;
  return html`${conversation.shown(roots).length > 1 ? sortView(ui) : nothing}
    ${lostView(ui)}
    <div class="dock">${waiting ? pillView(ui, waiting) : nothing}</div>
    ${ui.stale ? listView(ui, roots, null) : noChange}`;
}

/** In the place of the comment that the address names, when that cannot be shown. */
function lostView({ thread, words: { say } }) {
  const { lost } = thread;
  if (!lost) return nothing;
  const gone = lost.key === 'gone';
  return html`<p class=${gone ? 'notice' : 'problem'} part="notice" data-comment=${lost.id}>
    ${say(lost.key)}
    ${
      gone
        ? nothing
        : buttonView('again', say('again'), () => thread.visit(lost.id), { kind: 'quiet' })
    }
  </p>`;
}

function sortView({ thread, words: { say } }) {
  const tab = (sort) =>
    html`<button
      type="button"
      part="sort"
      data-sort=${sort}
      aria-pressed=${thread.sort === sort}
      @click=${() => thread.sortBy(sort)}
    >
      ${say(sort)}
    </button>`;
  return html`<div class="sort" role="group" aria-label=${say('sort')}>
    ${['newest', 'oldest', 'best', 'discussed'].map(tab)}
  </div>`;
}

/** Comments that came where they would have moved the page: shown when the reader wishes. */
function pillView({ thread, words }, n) {
  const { conversation } = thread;
  const atEnd = conversation.sort === 'oldest' && !conversation.first(conversation.held).parent;
  const content = [icon(atEnd ? down : up), words.say('fresh', { n })];
  return buttonView('fresh', content, () => thread.release(), { kind: 'pill', part: 'pill' });
}
