import { html, nothing } from 'lit-html';

/** A button that is a word or an icon; what it says of itself beyond that is in `more`. */
export function buttonView(action, content, click, more = {}) {
  return html`<button
    type="button"
    class=${more.kind ?? nothing}
    part=${more.part ?? action}
    data-action=${action}
    aria-label=${more.label ?? nothing}
    aria-pressed=${more.pressed ?? nothing}
    aria-expanded=${more.expanded ?? nothing}
    aria-disabled=${more.busy ?? nothing}
    ?disabled=${more.disabled}
    @click=${click}
  >
    ${content}
  </button>`;
}

/** A button for what a `Writer` does, `at` some place: busy while that is on its way. */
export function actView({ thread }, at, action, content, deed, more) {
  const busy = thread.awaits(at, action) || null;
  return buttonView(action, content, () => thread.act(at, action, deed), { ...more, busy });
}

/** An icon of one stroke, in the colour of the text. */
export function icon(path) {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=${path} /></svg>`;
}

export const up = 'M8 13V3M3.5 7.5 8 3l4.5 4.5';
export const down = 'M8 3v10M3.5 8.5 8 13l4.5-4.5';

/** What went wrong with the last click in this place, and perhaps a way to try it again. */
export function problemView({ thread, words }, at) {
  const problem = thread.problems.get(at);
  if (!problem) return nothing;
  return html`<p class="problem" part="problem" role="alert">
    ${words.say(problem.key, problem.values)}
    ${
      problem.again
        ? buttonView('again', words.say('again'), problem.again, { kind: 'quiet' })
        : nothing
    }
  </p>`;
}
