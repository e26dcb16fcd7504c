/** What this reader left on one article: votes and reactions, and words that only they see. */
export class Marks {
  #article;
  #api;
  #guest;

  votes = {}; // comment id -> 1 | 0 | -1
  reactions = [];
  reported = new Set(); // ids, as far as this page knows
  own = []; // comments that nobody else sees: they wait, or were refused
  changes = 0; // grows with what this reader does here, before and after the server was told

  constructor(article, api, guest) {
    this.#article = article;
    this.#api = api;
    this.#guest = guest;
  }

  async read() {
    const { changes } = this;
    const { voter, token } = this.#guest;
    const ask = (who) => who && this.#api.marks(this.#article, who);
    // Who voted first and wrote then has two tokens.
    const [marks, written] = await Promise.all([ask(voter), token !== voter && ask(token)]);
    if (!marks) return;
    // The answer may be older than what was done meanwhile.
    if (changes !== this.changes) return this.read();
    const { votes, reactions, own } = marks;
    Object.assign(this, { votes, reactions, own: (written || marks).own });
  }
}
