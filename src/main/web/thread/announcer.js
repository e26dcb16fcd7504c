/**
 * What the polite live region says. News from others are gathered and told at most every ten
 * seconds, or a lively thread would talk over the reader.
 */
export class Announcer {
  spoken = '';
  #arrived = 0;
  #timer;

  /** Those of the page, once they are there. */
  words;

  constructor(changed) {
    this.changed = changed;
  }

  say(key, values) {
    const words = this.words.say(key, values);
    // A live region speaks when it changes, and the same news may come twice.
    this.spoken = words === this.spoken ? `${words}\u00a0` : words;
    this.changed({ list: false });
  }

  arrived() {
    this.#arrived += 1;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.say('fresh', { n: this.#arrived });
      this.#arrived = 0;
    }, 10_000);
  }

  stop() {
    clearTimeout(this.#timer);
  }
}
