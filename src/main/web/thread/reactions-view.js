import { html, nothing } from 'lit-html';
import { actView, problemView } from './button-view.js';

/** Names that have a face, and words in every language; a site's own are shown as they are. */
const faces = { __proto__: null, like: '👍', love: '❤️', laugh: '😄', wow: '😮', sad: '😢', angry: '😠' };

/** How readers took the article, at one click each for those who may say so too. */
export function reactionsView(ui) {
  const { thread, words } = ui;
  const { conversation, info, site, marks } = thread;
  if (!conversation || info.state === 'closed') return nothing;
  const open = thread.writable;
  const names = site.reactions.filter((name) => open || info.reactions[name]);
  if (!names.length) return nothing;
  const reaction = (name) => {
    const n = info.reactions[name];
    const key = `reaction_${name}`;
    const said = words.has(key) ? words.say(key) : name;
    const face = html`<span class="face">${faces[name] ?? name}</span>`;
    const count = n ? html`<span part="reaction-count">${words.number(n)}</span>` : nothing;
    return actView(ui, 'reactions', name, [face, count], (writer) => writer.react(name), {
      part: 'reaction',
      label: n ? `${said} ${words.number(n)}` : said,
      pressed: marks.reactions.includes(name),
      disabled: !open,
    });
  };
  return html`<div
      class="reactions"
      part="reactions"
      role="group"
      aria-label=${words.say('reactions')}
    >
      ${names.map(reaction)}
    </div>
    ${problemView(ui, 'reactions')}`;
}
