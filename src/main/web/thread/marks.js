/** What this reader left on one article: votes and reactions, and words that only they see. */
export class Marks {
  #article;
  #api;
  #guest;

  votes = {}; // comment id -> 1 | 0 | -1
  reactions = [];
  reported = new Set(); // ids, as far as this page knows
  own = []; // comments that nobody else sees: they wait, or were refused

  constructor(article, api, guest) {
    this.#article = article;
    this.#api = api;
    this.#guest = guest;
  }

  async read() {
    if (!this.#guest.voter) return;
    const { votes, reactions, own } = await this.#api.marks(this.#article);
    Object.assign(this, { votes, reactions, own });
  }
}
