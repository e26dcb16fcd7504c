/** How long a reader may think again, in milliseconds. */
const TIME = 6000;

/**
 * Comments that are deleted to the eye, and not on the server yet, which has no way back for
 * authors. Each is sent when its time is over, and at once when the page is hidden or left: nobody
 * is there any more to think again.
 */
export class Deletions {
  /** Comment id -> { comment, timer }; without a timer once it is sent. */
  #due = new Map();
  #take;
  #changed;

  /** `take` has the server delete a comment, and never fails; `signal` ends the listening. */
  constructor({ take, changed, signal }) {
    this.#take = take;
    this.#changed = changed;
    const leave = () => document.visibilityState === 'hidden' && this.finish();
    document.addEventListener('visibilitychange', leave, { signal });
    addEventListener('pagehide', () => this.finish(), { signal });
  }

  has(id) {
    return this.#due.has(id);
  }

  isSent(id) {
    return this.#due.get(id)?.timer === null;
  }

  add(comment) {
    const timer = setTimeout(() => this.#send(comment), TIME);
    this.#due.set(comment.id, { comment, timer });
  }

  takeBack({ id }) {
    clearTimeout(this.#due.get(id)?.timer);
    this.#due.delete(id);
  }

  /** Waits no longer. */
  finish() {
    for (const { comment, timer } of this.#due.values()) {
      clearTimeout(timer);
      if (timer) this.#send(comment);
    }
  }

  async #send(comment) {
    this.#due.get(comment.id).timer = null;
    this.#changed();
    await this.#take(comment);
    this.#due.delete(comment.id);
    this.#changed();
  }
}
