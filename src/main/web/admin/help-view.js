import { html } from 'lit-html';
import { table } from './keys.js';

/** The keys, in a dialog. */
export function helpView(app) {
  const { say } = app.words;
  const close = ({ target }) => target.closest('dialog').close();
  const outside = (event) => event.target.matches('dialog') && event.target.close();
  return html`<dialog class="help" aria-labelledby="help-title" @click=${outside}>
    <h2 id="help-title" tabindex="-1" autofocus>${say('keysTitle')}</h2>
    <dl>
      ${table.map(
        ([name, keys]) =>
          html`<div>
            <dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt>
            <dd>${say(`key_${name}`)}</dd>
          </div>`,
      )}
    </dl>
    <label class="check">
      <input type="checkbox" .checked=${app.keys} @change=${({ target }) => app.useKeys(target.checked)} />
      ${say('keysOn')}
    </label>
    <p class="hint">${say('keysHint')}</p>
    <button type="button" class="second" @click=${close}>${say('close')}</button>
  </dialog>`;
}
