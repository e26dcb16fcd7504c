import { composerView } from './composer-view.js';
import { buttonView, html } from './kit.js';

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

  /** Asked once, where the hand is. The way back has the focus: two quick keys delete nothing. */
  question({ thread, words: { say }, scroll, focus }, comment) {
    const { writer } = thread;
    const at = `[data-comment="${CSS.escape(comment.id)}"]`;
    const keep = async () => {
      await writer.ask(null);
      focus(`${at} [data-action="delete"]`);
    };
    const confirm = async () => {
      const neighbour = scroll.neighbour(comment.id);
      if (!(await writer.delete(comment))) focus(`${at} [data-action="delete"]`);
      else if (!scroll.goTo(comment.id) && !scroll.goTo(neighbour)) focus('.invite');
    };
    const keys = ({ key }) => key === 'Escape' && keep();
    return html`<div
      class="actions asking"
      role="group"
      aria-label=${say('askDelete')}
      @keydown=${keys}
    >
      <span>${say('askDelete')}</span>
      ${buttonView('confirm', say('delete'), confirm)} ${buttonView('keep', say('keep'), keep)}
    </div>`;
  },
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
