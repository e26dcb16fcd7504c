/** How long a reader may think again, in milliseconds. */
const TIME = 6000;

/**
 * Comments that are deleted to the eye, and not on the server yet, which has no way back for
 * authors. Each is sent when its time is over, and at once when the page is hidden or left: nobody
 * is there any more to think again.
 */
export class Deletions {
  /** Comment id -> { comment, token, timer }; without a timer once it is sent. */
  #due = new Map();
  #take;
  #changed;

  /** `take` has the server delete, by a `token`, and never fails; `signal` ends the listening. */
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

  /** The `token` is that of now: who deletes may be logged out when the time is over. */
  add(comment, token) {
    const timer = setTimeout(() => this.#send(comment), TIME);
    this.#due.set(comment.id, { comment, token, timer });
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
    const due = this.#due.get(comment.id);
    due.timer = null;
    this.#changed();
    await this.#take(comment, due.token);
    this.#due.delete(comment.id);
    this.#changed();
  }
}
