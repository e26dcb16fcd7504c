import { buttonView, html, nothing } from './kit.js';

/** The button that tells what may be typed beside plain words. */
export function helpButtonView({ words }, composer) {
  return buttonView('help', words.say('help'), () => composer.toggleHelp(), {
    kind: 'quiet',
    part: 'help-button',
    expanded: composer.helps,
  });
}

/** It: each word is marked up as what it says. */
export function helpView({ words }, { helps }) {
  if (!helps) return nothing;
  return html`<ul class="text help" part="help">
    ${words
      .say('marks')
      .split('\n')
      .map((mark) => html`<li><code dir="auto">${mark}</code></li>`)}
  </ul>`;
}
