import { helpButtonView, helpView } from './help-view.js';
import { buttonView, html, nothing } from './kit.js';
import { lookView, previewView } from './preview-view.js';

/** The form itself, under the article or under a comment. */
export function composerView(ui, composer, { label, close }) {
  const { say } = ui.words;
  const { status } = composer;
  const { submit, keys, stop } = handlers(ui, composer, close);
  return html`<form
    part="form"
    data-form=${idOf(composer)}
    novalidate
    @submit=${submit}
    @keydown=${keys}
  >
    ${textField(ui, composer, label)} ${trouble(ui, composer, 'text')} ${left(ui, composer)}
    ${previewView(ui, composer)}
    ${composer.asksName ? nameField(ui, composer) : nothing} ${trouble(ui, composer, 'name')}
    ${composer.edits ? nothing : trap()}
    <div class="row">
      <button
        class="submit"
        part="submit"
        type="submit"
        aria-disabled=${isBusy(composer) ? 'true' : nothing}
      >
        ${say(composer.edits ? edit[status] : post[status])}
      </button>
      ${buttonView('cancel', say('cancel'), stop, { kind: 'quiet' })} ${lookView(ui, composer)}
      ${helpButtonView(ui, composer)}
      ${
        composer.asksName || composer.edits
          ? nothing
          : html`<p class="as" part="as">${say('as', { name: composer.guestName })}</p>`
      }
    </div>
    ${helpView(ui, composer)}
  </form>`;
}

/** Nobody sees it or comes to it; what fills it in is no reader. */
const trap = () =>
  html`<input class="unseen" name="homepage" tabindex="-1" autocomplete="off" aria-hidden="true" />`;

const post = { idle: 'post', sending: 'posting', waiting: 'waiting' };
const edit = { idle: 'save', sending: 'saving', waiting: 'waiting' };

const idOf = ({ at }) => at ?? 'article';
const isBusy = ({ status }) => status !== 'idle';

function handlers({ focus }, composer, close) {
  const focusField = (field) => focus(`#${field}-${CSS.escape(idOf(composer))}`);
  // While it waits to be sent again, the way out leads back to the text, not out of the form.
  const stop = () => {
    if (composer.status === 'sending') return;
    if (composer.status === 'idle') return close();
    composer.rest();
    composer.type({});
    focusField('text');
  };
  const submit = async (event) => {
    event.preventDefault();
    const { elements } = event.currentTarget;
    // Who they are was settled in another tab: they are to see as whom they write.
    if (!composer.edits && Boolean(elements.name) !== composer.asksName) return composer.changed();
    composer.trap = elements.homepage?.value || undefined;
    await composer.send();
    const { problem } = composer;
    if (!problem || isBusy(composer)) return;
    if (elements[problem.field]?.matches(':focus')) composer.tell(problem);
    else focusField(problem.field);
  };
  const keys = (event) => {
    if (event.key === 'Escape' && !event.isComposing) {
      if (composer.helps) composer.toggleHelp();
      else stop();
    }
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) submit(event);
  };
  return { submit, keys, stop };
}

function textField({ words }, composer, label) {
  const at = idOf(composer);
  const wrong = composer.problem?.field === 'text';
  return html`<label class="unseen" for="text-${at}">${label}</label>
    <textarea
      id="text-${at}"
      part="textarea"
      name="text"
      rows="3"
      dir="auto"
      required
      placeholder=${composer.at ? nothing : words.say('invite')}
      ?readonly=${isBusy(composer)}
      .value=${composer.draft.text}
      @input=${({ target }) => composer.type({ text: target.value })}
      aria-invalid=${wrong && !isBusy(composer) ? 'true' : nothing}
      aria-describedby="${wrong ? 'problem' : 'left'}-${at}"
    ></textarea>`;
}

function nameField({ words }, composer) {
  const at = idOf(composer);
  const wrong = composer.problem?.field === 'name';
  return html`<div class="row">
    <label for="name-${at}">${words.say('name')}</label>
    <input
      id="name-${at}"
      part="name"
      name="name"
      autocomplete="name"
      dir="auto"
      required
      ?readonly=${isBusy(composer)}
      .value=${composer.draft.name}
      @input=${({ target }) => composer.type({ name: target.value })}
      aria-invalid=${wrong ? 'true' : nothing}
      aria-describedby=${wrong ? `problem-${at}` : nothing}
    />
  </div>`;
}

/**
 * What is wrong, beside the field it concerns. The focus goes to that field and its description is
 * read out, or it is told where the focus does not move; only what comes by itself, while sending,
 * has to be an alert.
 */
function trouble({ words }, composer, field) {
  const { problem } = composer;
  if (problem?.field !== field) return nothing;
  return html`<p
    class="problem"
    part="problem"
    id="problem-${idOf(composer)}"
    role=${isBusy(composer) ? 'alert' : nothing}
    data-problem=${field}
  >
    ${words.say(problem.key, problem.values)}
  </p>`;
}

/** Said while it is typed, so that one need not send a text to learn how much is to go. */
function left({ words: { say } }, composer) {
  const { left: n, problem } = composer;
  if (n == null || problem?.field === 'text') return nothing;
  return html`<p class="left" id="left-${idOf(composer)}">
    ${n < 0 ? say('textLong', { n: -n }) : say('left', { n })}
  </p>`;
}
