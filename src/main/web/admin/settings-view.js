import { html, nothing } from 'lit-html';
import { problemLine } from './app-view.js';
import { groups } from './settings.js';

/** One form; what is not changed is not sent, and what is typed stays whatever else is drawn. */
export function settingsView(app) {
  const { settings, words } = app;
  const { now, problem, loading, told } = settings;
  const { say } = words;
  const submit = (event) => {
    event.preventDefault();
    settings.save(new FormData(event.target));
  };
  return html`<div class="sheet">
    <h2>${say('settings')}</h2>
    ${loading && !now ? html`<p class="loading">${say('loading')}</p>` : nothing}
    ${
      now
        ? html`<form class="form" @submit=${submit} novalidate>
            ${Object.entries(groups).map(
              ([group, fields]) =>
                html`<fieldset>
                  <legend>${say(`group_${group}`)}</legend>
                  ${fields.map((field) => fieldView(app, field))}
                </fieldset>`,
            )}
            ${problemLine(app, problem, () => settings.open())}
            <p class="buttons">
              <button class="main">${say('save')}</button>
              ${told ? html`<span class="told">${say(told.key)}</span>` : nothing}
              ${told?.entry ? html`<button type="button" class="word" @click=${() => settings.undo()}>${say('undo')}</button>` : nothing}
            </p>
          </form>`
        : problemLine(app, problem, () => settings.open())
    }
  </div>`;
}

function fieldView({ settings, words }, [name, kind, how]) {
  const value = how.read(settings.valueOf(name));
  const label = words.say(`set_${name}`);
  const hint = `hint_${name}`;
  const help = words.has(hint) ? html`<span class="hint">${words.say(hint)}</span>` : nothing;
  if (kind === 'check') {
    return html`<label class="check"><input type="checkbox" name=${name} .checked=${value} /> ${label}</label>`;
  }
  if (kind === 'rate') return rateView(words, name, label, value);
  return html`<label>${label} ${inputOf(words, name, kind, value)} ${help}</label>`;
}

/** So many at once, and so many an hour: two fields of one name. */
function rateView(words, name, label, { burst, perHour }) {
  const field = (unit, value) =>
    html`<label>
      <input type="number" min="1" name=${name} .value=${String(value)} aria-label="${label}: ${words.say(unit)}" />
      <span class="hint">${words.say(unit)}</span>
    </label>`;
  return html`<div class="rate">
    <span>${label}</span>
    ${field('atOnce', burst)} ${field('anHour', perHour)}
  </div>`;
}

function inputOf(words, name, kind, value) {
  if (kind === 'lines') {
    return html`<textarea name=${name} rows="3" spellcheck="false" .value=${value}></textarea>`;
  }
  if (kind === 'number') {
    return html`<input type="number" min="0" step="any" name=${name} .value=${String(value)} />`;
  }
  return html`<select name=${name}>
    ${kind.map((one) => html`<option value=${one} .selected=${one === value}>${words.say(`${name}_${one}`)}</option>`)}
  </select>`;
}
