import { html, nothing } from 'lit-html';
import { actView, down, icon, up } from './button-view.js';

/** The quiet row below a comment: what others think of it, and what this reader can do. */
export function actionsView(ui, comment) {
  const { thread, words, focus } = ui;
  const { id, author } = comment;
  const { say } = words;
  const mine = thread.isMine(comment);
  const offered = thread.options?.at === id;
  const open = thread.writable;
  const at = CSS.escape(id);
  const act = (...button) => actView(ui, id, ...button);
  // There is one, perhaps at another comment: what is on its way there is not replaced.
  const write = () => focus('li [name="text"]');
  const reply = async (writer) => {
    await writer.reply(comment);
    write();
  };
  const edit = async (writer) => {
    if (await writer.edit(comment)) write();
  };
  const remove = async (writer) => {
    await writer.delete(comment);
    focus(`[data-comment="${at}"] [data-action="undo"]`);
  };
  return html`<div class="actions" part="actions">
    ${votesView(ui, comment, open && !mine)}
    ${
      open
        ? act('reply', say('reply'), reply, { label: say('replyTo', { name: author.name }) })
        : nothing
    }
    ${open && mine && thread.isFresh(comment) ? act('edit', say('edit'), edit) : nothing}
    ${mine ? act('delete', say('delete'), remove) : nothing} ${optionsView(ui, comment)}
  </div>
  ${offered ? thread.forms.option(ui, comment) : nothing}`;
}

const dots = 'M3 8h.1M8 8h.1M13 8h.1';

/**
 * What is wanted less often at a comment stands behind three dots, and opens beside them: nothing
 * lies over the text, and there is nothing to learn for the keyboard.
 */
function optionsView(ui, comment) {
  const { thread, words } = ui;
  const { id } = comment;
  const open = thread.options?.at === id;
  const toggle = (writer) => writer.offer(open ? null : comment);
  const more = { label: words.say('options'), expanded: open };
  const keys = open ? thread.forms.closing(ui, comment) : nothing;
  return html`<span class="options" @keydown=${keys}>
    ${actView(ui, id, 'options', icon(dots), toggle, more)}
    ${open ? thread.forms.options(ui, comment) : nothing}
  </span>`;
}

/** The score, between two arrows for those who may vote. */
function votesView(ui, comment, open) {
  const { thread, words } = ui;
  const { id, score } = comment;
  if (!open && !score) return nothing;
  const points = words.say('points', { n: score });
  const text = open ? words.number(score) : points;
  const arrow = (action, path, value) =>
    actView(ui, id, action, icon(path), (writer) => writer.vote(comment, value), {
      label: words.say(action),
      pressed: thread.marks.votes[id] === value,
    });
  return html`<span class="votes" role="group" aria-label=${points}>
    ${open ? arrow('voteUp', up, 1) : nothing}
    <span class="score" part="score">${score ? text : nothing}</span>
    ${open ? arrow('voteDown', down, -1) : nothing}
  </span>`;
}
