import { buttonView, html, nothing, unsafeHTML } from './kit.js';

/** The button that shows how what is written will look. */
export function lookView({ words, focus }, composer) {
  const look = async () => {
    await composer.look();
    if (composer.problem) focus(`#text-${CSS.escape(composer.at ?? 'article')}`);
  };
  return buttonView('preview', words.say('preview'), look, {
    kind: 'quiet',
    part: 'preview-button',
    pressed: composer.preview !== null,
  });
}

/** It, as the server will write it. */
export function previewView({ words }, { preview }) {
  if (preview === null) return nothing;
  return html`<div
    class="text preview"
    part="preview"
    role="region"
    aria-label=${words.say('preview')}
    dir="auto"
  >
    ${unsafeHTML(preview)}
  </div>`;
}
