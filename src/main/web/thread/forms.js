import { composerView } from './composer-view.js';
import { buttonView, html } from './kit.js';
import { closing, optionsView, optionView } from './options-view.js';

/** What a reader writes or decides in, by where it stands. */
export const forms = {
  /** The box under the article; who leaves it is back at the line that opened it. */
  article(ui) {
    const { thread, words, focus } = ui;
    const close = async () => {
      await thread.writer.compose(false);
      focus('.invite');
    };
    return composerView(ui, thread.composer, { label: words.say('yourComment'), close });
  },

  answer: (ui, comment) =>
    html`<div class="answer">${atComment(ui, comment, 'yourReply', 'reply')}</div>`,

  edit: (ui, comment) => atComment(ui, comment, 'yourComment', 'edit'),

  /** The way back from a deletion; who goes it is back at the button that they came from. */
  undo({ thread, words, focus }, comment) {
    const { id } = comment;
    const sent = thread.deletions.isSent(id);
    const undo = async () => {
      if (thread.deletions.isSent(id)) return;
      await thread.writer.takeBack(comment);
      focus(`[data-comment="${CSS.escape(id)}"] [data-action="delete"]`);
    };
    return buttonView('undo', words.say('undo'), undo, { busy: sent || null });
  },

  closing,
  options: optionsView,
  option: optionView,
};

/** The box at a comment; who leaves it is back at the button that opened it. */
function atComment(ui, { id, author }, key, action) {
  const { thread, words, focus } = ui;
  const close = async () => {
    await thread.writer.closeForm();
    focus(`[data-comment="${CSS.escape(id)}"] [data-action="${action}"]`);
  };
  const label = words.say(key, { name: author?.name ?? '' });
  return composerView(ui, thread.form, { label, close });
}
