import { html, nothing } from 'lit-html';
import { unsafeHTML } from 'lit-html/directives/unsafe-html.js';
import { actionsView } from './actions-view.js';
import { avatar } from './avatar.js';
import { buttonView, problemView } from './button-view.js';
import { listView } from './list-view.js';

/** Levels that are told apart on the screen; what is deeper goes on flat (see comment.css). */
const deepest = 5;

/** One comment, the form that answers it, and its replies. */
export function commentView(ui, comment) {
  const { form } = ui.thread;
  const deleted = comment.state === 'deleted' || ui.thread.deletions?.has(comment.id);
  // What was typed is not taken away with the comment that it was to be the new text of.
  const answered = form?.at === comment.id && (deleted || !form.edits);
  return html`<li>
    ${deleted ? tombstone(ui, comment) : article(ui, comment)}
    ${answered ? ui.thread.forms.answer(ui, comment) : nothing} ${branch(ui, comment)}
  </li>`;
}

function article(ui, comment) {
  const { form, place } = ui.thread;
  const { id, author, state, html: text, fresh } = comment;
  const edited = form?.at === id && form.edits;
  return html`<article
    class="comment ${fresh ? 'fresh' : ''}"
    part="comment"
    data-comment=${id}
    data-state=${state}
    aria-labelledby="by-${id}"
  >
    ${avatar(author, place.base)} ${byline(ui, comment)}
    ${
      edited
        ? ui.thread.forms.edit(ui, comment)
        : html`<div class="text" part="text" dir="auto" lang=${ui.lang}
            >${unsafeHTML(text)}</div>`
    }
    ${state === 'visible' ? nothing : notice(ui, comment)}
    ${state === 'visible' && !edited ? actionsView(ui, comment) : nothing}
    ${problemView(ui, id)}
  </article>`;
}

/** Who and when, in one line. */
function byline(ui, comment) {
  const { say } = ui.words;
  const { id, author, edited } = comment;
  const late = ui.thread.conversation.late.has(comment);
  return html`<p class="by" id="by-${id}">
    <bdi class="author" part="author">${author.name}</bdi>
    ${author.kind === 'staff' ? html`<span class="badge">${say('staff')}</span>` : nothing}
    ${time(ui, comment)}
    ${edited ? html`<span class="edited" part="edited">${say('edited')}</span>` : nothing}
    ${late ? html`<span class="late" part="new">${say('new')}</span>` : nothing}
    ${address(ui, comment)}
  </p>`;
}

/** What only its author sees, and why, where the site wants that to be told. */
function notice({ words }, { state, reason }) {
  return html`<p class="notice">
    ${words.say(state)} ${reason ? html`<q dir="auto">${reason}</q>` : nothing}
  </p>`;
}

function tombstone(ui, comment) {
  const { id } = comment;
  const { thread, words } = ui;
  return html`<article
    class="comment tombstone"
    part="tombstone"
    data-comment=${id}
    data-state="deleted"
  >
    ${avatar(null)}
    <p class="by">
      ${words.say('deleted')} ${thread.deletions?.has(id) ? thread.forms.undo(ui, comment) : nothing}
    </p>
  </article>`;
}

/** When it was written, which leads to its address; what only its author sees has none. */
function time({ words }, { id, created, state, url }) {
  const at = new Date(created);
  const when = html`<time datetime=${created} title=${words.exactly(at)}
    >${words.ago(at, Date.now())}</time
  >`;
  if (state !== 'visible') return when;
  return html`<a class="when" part="permalink" href=${url ?? `#aw-${id}`}>${when}</a>`;
}

/** Where the indentation no longer tells whom a comment answers, words do, and lead back there. */
function address({ thread, words }, { depth, parent }) {
  if (depth < 3) return nothing;
  const name = thread.conversation.byId.get(parent)?.author?.name;
  return html`<a class="address level-${Math.min(depth, deepest)}" href="#aw-${parent}">
    ${name ? words.say('inReplyTo', { name }) : words.say('inReplyToDeleted')}
  </a>`;
}

/** The replies, beside a line that folds them. */
function branch(ui, comment) {
  const { thread, words } = ui;
  const { replies, author } = comment;
  const { length } = thread.conversation.shown(replies, thread.form?.at);
  if (!length && !replies.next) return nothing;
  const folded = thread.folded.has(comment.id);
  const label = author ? words.say('fold', { name: author.name }) : words.say('foldDeleted');
  return html`<div class="branch level-${Math.min(comment.depth + 1, deepest)}">
    ${buttonView(
      'fold',
      folded ? words.say('folded', { n: length + replies.unloaded }) : nothing,
      () => thread.fold(comment),
      {
        kind: folded ? 'folded' : 'guide',
        part: 'guide',
        expanded: !folded,
        label: folded ? null : label,
      },
    )}
    ${folded ? nothing : listView(ui, replies, comment)}
  </div>`;
}
