import { html, nothing } from 'lit-html';
import { buttonView, down, icon, up } from './button-view.js';
import { optionsView, optionView } from './options-view.js';

/** The quiet row below a comment: what others think of it, and what this reader can do. */
export function actionsView(ui, comment) {
  const { thread, words, focus } = ui;
  const { id, author } = comment;
  const { say } = words;
  const mine = thread.isMine(comment);
  const open = thread.writable;
  const at = CSS.escape(id);
  const reply = async () => {
    await thread.reply(comment);
    focus(`#text-${at}`);
  };
  const edit = async () => {
    if (await thread.edit(comment)) focus(`#text-${at}`);
  };
  const remove = async () => {
    await thread.delete(comment);
    focus(`[data-comment="${at}"] [data-action="undo"]`);
  };
  return html`<div class="actions" part="actions">
    ${votesView(ui, comment, open && !mine)}
    ${
      open
        ? buttonView('reply', say('reply'), reply, { label: say('replyTo', { name: author.name }) })
        : nothing
    }
    ${open && mine && thread.isFresh(comment) ? buttonView('edit', say('edit'), edit) : nothing}
    ${mine ? buttonView('delete', say('delete'), remove) : nothing} ${optionsView(ui, comment)}
  </div>
  ${optionView(ui, comment)}`;
}

/** The score, between two arrows for those who may vote. */
function votesView({ thread, words }, comment, open) {
  const { id, score } = comment;
  if (!open && !score) return nothing;
  const points = words.say('points', { n: score });
  const text = open ? words.number(score) : points;
  const arrow = (action, path, value) =>
    buttonView(action, icon(path), () => thread.vote(comment, value), {
      label: words.say(action),
      pressed: thread.marks.votes[id] === value,
    });
  return html`<span class="votes" role="group" aria-label=${points}>
    ${open ? arrow('voteUp', up, 1) : nothing}
    <span class="score" part="score">${score ? text : nothing}</span>
    ${open ? arrow('voteDown', down, -1) : nothing}
  </span>`;
}
