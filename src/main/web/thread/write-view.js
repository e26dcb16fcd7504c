import { html, nothing } from 'lit-html';
import { actView, problemView } from './button-view.js';

/** The place to write under the article: a closed line that opens into the form, or why not. */
export function writeView(ui) {
  const { thread, words, focus } = ui;
  if (!thread.conversation) return nothing;
  if (thread.composer) return thread.forms.article(ui);
  if (thread.writable) {
    const open = async (writer) => {
      await writer.compose(true);
      focus('#text-article');
    };
    const more = { kind: 'invite', part: 'invite' };
    return html`${actView(ui, 'article', 'write', words.say('invite'), open, more)}
    ${problemView(ui, 'article')}`;
  }
  return html`<p class="notice" part="notice">
    ${words.say(thread.info.state === 'open' ? 'membersOnly' : 'closed')}
  </p>`;
}
