import { buttonView, html } from './kit.js';

/** Tells the moderators what is wrong with a comment. */
export function reportView(ui, comment) {
  const { thread, words, focus } = ui;
  const { say } = words;
  const { id } = comment;
  const own = `[data-comment="${CSS.escape(id)}"]`;
  const close = async () => {
    await thread.writer.offer(comment);
    focus(`${own} [data-action="report"]`);
  };
  const submit = async (event) => {
    event.preventDefault();
    const { reason, note } = event.currentTarget.elements;
    if (await thread.writer.report(comment, reason.value, note.value.trim())) {
      focus(`${own} [data-action="options"]`);
    } else if (!reason.value) {
      reason[0].focus();
    }
  };
  const keys = (event) => {
    if (event.key === 'Escape' && !event.isComposing) close();
  };
  return html`<form class="report" part="report-form" novalidate @submit=${submit} @keydown=${keys}>
    <fieldset>
      <legend>${say('reportWhy')}</legend>
      ${thread.site.reportReasons.map((reason) => reasonView(words, reason))}
    </fieldset>
    <label for="note-${id}">${say('reportNote')}</label>
    <textarea
      id="note-${id}"
      part="textarea"
      name="note"
      rows="2"
      maxlength="500"
      dir="auto"
    ></textarea>
    <div class="row">
      <button class="submit" part="submit" type="submit">${say('reportSend')}</button>
      ${buttonView('cancel', say('cancel'), close, { kind: 'quiet' })}
    </div>
  </form>`;
}

function reasonView(words, reason) {
  const key = `reason_${reason}`;
  return html`<label class="choice">
    <input type="radio" name="reason" value=${reason} required />
    ${words.has(key) ? words.say(key) : reason}
  </label>`;
}
