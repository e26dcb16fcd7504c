import { html, nothing } from 'lit-html';
import { buttonView, icon } from './button-view.js';
import { reportView } from './report-view.js';

const dots = 'M3 8h.1M8 8h.1M13 8h.1';

/**
 * What is wanted less often at a comment stands behind three dots, and opens beside them: nothing
 * lies over the text, and there is nothing to learn for the keyboard.
 */
export function optionsView(ui, comment) {
  const { thread, words, announcer, focus } = ui;
  const { say } = words;
  const { at, part } = thread.options ?? {};
  const open = at === comment.id;
  const own = `[data-comment="${CSS.escape(comment.id)}"]`;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(addressOf(comment));
      await thread.offer(comment, 'copied');
      announcer.say('copied');
    } catch {
      // Refused, or none on a page without TLS: then it is shown, to be copied by hand.
      await thread.offer(comment, 'link');
      focus(`${own} .link`);
    }
  };
  const report = async () => {
    await thread.offer(comment, 'report');
    focus(`${own} [name="reason"]`);
  };
  const toggle = () => thread.offer(open ? null : comment);
  const button = buttonView('options', icon(dots), toggle, {
    label: say('options'),
    expanded: open,
  });
  return html`<span class="options" @keydown=${open ? closing(ui, comment) : nothing}>
    ${button}
    ${open ? buttonView('copy', say(part === 'copied' ? part : 'copyLink'), copy) : nothing}
    ${
      open && thread.mayReport(comment)
        ? buttonView('report', say('report'), report, { expanded: part === 'report' })
        : nothing
    }
  </span>`;
}

/** Escape leads back to the dots. */
function closing({ thread, focus }, { id }) {
  return async ({ key }) => {
    if (key !== 'Escape') return;
    await thread.offer(null);
    focus(`[data-comment="${CSS.escape(id)}"] [data-action="options"]`);
  };
}

/** What one of them shows below the row. */
export function optionView(ui, comment) {
  const { at, part } = ui.thread.options ?? {};
  return at === comment.id && part in parts ? parts[part](ui, comment) : nothing;
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
