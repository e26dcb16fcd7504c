import { newKey } from '../page/drafts.js';
import { backoff } from './kit.js';

/**
 * One box to write in: what was typed, how the sending goes, and what is wrong with it. It stands
 * `at` a comment's id, null for the article, and answers that comment unless it was given its
 * `text` to edit. `send` takes the draft to the server; nothing typed is lost until it is there.
 * `render` asks the server how a text will look; `typed` is called with each change of it, and
 * `tell` with what is wrong when nobody is there to whom the form would tell it.
 */
export class Composer {
  #drafts;
  #guest;
  #timer;
  #slot;
  #take;
  #render;
  #typed;
  #online = () => this.#send();
  /** Whether it may still be sent again by itself. */
  #goesOn;

  constructor({ at, text, drafts, guest, limits, changed, send, render, typed, tell }) {
    Object.assign(this, { at, limits, changed, tell, edits: Boolean(text) });
    this.#drafts = drafts;
    this.#guest = guest;
    this.#take = send;
    this.#render = render;
    this.#typed = typed;
    this.#slot = text ? `edit:${at}` : at;
    this.draft = drafts.open(this.#slot);
    this.draft.text ||= text ?? '';
    // What was begun on an earlier visit may be sent at once.
    this.opened = this.draft.text ? null : performance.now();
    this.status = 'idle'; // 'sending', 'waiting': to be sent again by itself
    this.problem = null; // { field: 'text' | 'name', key, values }
    this.preview = null; // how the text will look, as HTML, until something else is typed
    this.helps = false; // whether it is told what may be typed
  }

  get guestName() {
    return this.#guest.name;
  }

  get asksName() {
    return !this.edits && !this.#guest.token;
  }

  type(changes) {
    const told = [this.problem ?? this.preview, this.left];
    Object.assign(this.draft, changes);
    this.#drafts.save(this.#slot, this.draft);
    this.problem = null;
    this.preview = null;
    if (!this.edits) this.#typed();
    // The field shows its text by itself; a long thread is not drawn anew for every letter.
    if (told[0] || told[1] !== this.left) this.changed();
  }

  /** Characters left, once there are few enough to care, less than none when it is too long; else null. */
  get left() {
    const left = this.limits.text - length(this.draft.text);
    return left <= 200 ? left : null;
  }

  async send() {
    if (this.status !== 'idle') return;
    this.problem = this.#fault();
    if (this.problem) return this.changed();
    this.tries = 0;
    await this.#send();
  }

  /** Shows how the text will look, or puts that away. */
  async look() {
    const { text } = this.draft;
    const shown = this.preview;
    this.preview = null;
    this.problem = this.#textFault();
    if (shown || this.problem) return this.changed();
    try {
      const { html } = await this.#render(text.trim());
      if (this.draft.text === text) this.preview = html;
    } catch (failure) {
      this.problem = this.#reason(failure);
    }
    return this.changed();
  }

  toggleHelp() {
    this.helps = !this.helps;
    return this.changed();
  }

  /** Back from waiting to writing; what was typed stays, and what is on its way is not sent again. */
  rest() {
    this.#goesOn = false;
    clearTimeout(this.#timer);
    removeEventListener('online', this.#online);
    if (this.status === 'waiting') this.status = 'idle';
  }

  /** Forgets what was typed. */
  drop() {
    this.#drafts.drop(this.#slot, this.draft.key);
  }

  async #send() {
    this.rest();
    this.#goesOn = true;
    this.status = 'sending';
    this.changed();
    const { text, name, key } = this.draft;
    const { trap, asksName } = this;
    try {
      await this.#take({ text: text.trim(), name: name.trim(), key, openMs: this.#openMs(), trap });
      this.drop();
      this.status = 'idle';
    } catch (failure) {
      this.status = 'idle';
      if (failure.passing && this.#goesOn) this.#wait(failure);
      else {
        this.problem = this.#reason(failure, asksName);
        if (this.tries) this.tell(this.problem);
      }
    }
    this.changed();
  }

  /** How long the box has been open: nobody writes a page in a second. */
  #openMs() {
    return this.opened === null ? undefined : Math.round(performance.now() - this.opened);
  }

  /** No answer is not a no: the same key makes it safe to send again until there is one. */
  #wait({ retryAfter }) {
    this.status = 'waiting';
    this.problem = { field: 'text', key: navigator.onLine ? 'unreachable' : 'offline' };
    const delay = Math.max(backoff(this.tries++), (retryAfter ?? 0) * 1000);
    this.#timer = setTimeout(() => this.#send(), delay);
    addEventListener('online', this.#online);
  }

  #textFault() {
    const text = this.draft.text.trim();
    const over = length(text) - this.limits.text;
    if (isBlank(text)) return { field: 'text', key: 'textMissing' };
    return over > 0 ? { field: 'text', key: 'textLong', values: { n: over } } : null;
  }

  #fault() {
    const fault = this.#textFault();
    if (fault || !this.asksName) return fault;
    const { name } = this.draft;
    const nameOver = length(name.trim()) - this.limits.name;
    if (isBlank(name)) return { field: 'name', key: 'nameMissing' };
    if (nameOver > 0) return { field: 'name', key: 'nameLong', values: { n: nameOver } };
    return null;
  }

  /** Who the server does not know is forgotten by now; a member is the guest again. */
  #reason(failure, askedName) {
    const field = 'text';
    if (failure.status === 401 && !this.edits) {
      if (askedName) return { field, key: 'membersOnly' };
      if (this.asksName) return { field: 'name', key: 'nameForgotten' };
      return { field, key: 'signedOut', values: { name: this.guestName } };
    }
    if (failure.code === 'idempotency-key-reused') {
      // The first try did arrive, and the text was changed since: from here on it is another one.
      this.draft.key = newKey();
      this.#drafts.save(this.#slot, this.draft);
      return { field, key: 'alreadyPosted' };
    }
    // What else may be wrong with them was looked at before.
    if (failure.blames('#/author/name')) return { field: 'name', key: 'nameTaken' };
    return failure.blames('#/text') ? { field, key: 'textRich' } : { field, ...failure.reason };
  }
}

/** Whether nobody would see anything of a text, as the server sees it (`CleanText`). */
function isBlank(text) {
  return /^[\p{Cc}\p{Cf}\p{Z}\u115f\u1160\u2800\u3164\uffa0]*$/u.test(text);
}

/** In code points, as the server counts. */
export function length(text) {
  return [...text].length;
}
