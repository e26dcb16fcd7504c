import { buttonView, html, nothing } from './kit.js';
import { reportView } from './report-view.js';

/** What stands behind the dots of a comment. */
export function optionsView(ui, comment) {
  const { thread, words, announcer, focus } = ui;
  const { say } = words;
  const { writer } = thread;
  const { part } = thread.options;
  const own = `[data-comment="${CSS.escape(comment.id)}"]`;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(addressOf(comment));
      await writer.offer(comment, 'copied');
      announcer.say('copied');
    } catch {
      // Refused, or none on a page without TLS: then it is shown, to be copied by hand.
      await writer.offer(comment, 'link');
      focus(`${own} .link`);
    }
  };
  const report = async () => {
    await writer.offer(comment, 'report');
    focus(`${own} [name="reason"]`);
  };
  return html`${buttonView('copy', say(part === 'copied' ? part : 'copyLink'), copy)}
  ${
    writer.mayReport(comment)
      ? buttonView('report', say('report'), report, { expanded: part === 'report' })
      : nothing
  }`;
}

/** Escape leads back to the dots. */
export function closing({ thread, focus }, { id }) {
  return async ({ key }) => {
    if (key !== 'Escape') return;
    await thread.writer.offer(null);
    focus(`[data-comment="${CSS.escape(id)}"] [data-action="options"]`);
  };
}

/** What one of them shows below the row. */
export function optionView(ui, comment) {
  const { part } = ui.thread.options;
  return part in parts ? parts[part](ui, comment) : nothing;
}

function addressOf({ id, url }) {
  return url ?? new URL(`#aw-${id}`, location).href;
}

function linkView(ui, comment) {
  return html`<input
    class="link"
    readonly
    aria-label=${ui.words.say('link')}
    @keydown=${closing(ui, comment)}
    value=${addressOf(comment)}
    @focus=${({ target }) => target.select()}
  />`;
}

const parts = {
  __proto__: null,
  link: linkView,
  report: reportView,
  thanks: ({ words }) => html`<p class="notice">${words.say('reported')}</p>`,
};
