/** What this reader left on one article: votes and reactions, and words that only they see. */
export class Marks {
  #article;
  #api;
  #guest;

  votes = {}; // comment id -> 1 | 0 | -1
  reactions = [];
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

  /** Votes, or takes that vote back; resolves with the comment's votes. */
  async vote(id, value) {
    const before = this.votes[id] ?? 0;
    const now = value === before ? 0 : value;
    this.votes[id] = now;
    try {
      await this.#becomeSomebody();
      return await this.#api.vote(id, now);
    } catch (failure) {
      this.votes[id] = before;
      throw failure;
    }
  }

  /** Reacts, or takes that reaction back; resolves with how many reacted how. */
  async react(name) {
    const before = this.reactions;
    const others = before.filter((one) => one !== name);
    const on = others.length === before.length;
    this.reactions = on ? [...before, name] : others;
    try {
      await this.#becomeSomebody();
      const { reactions, mine } = await this.#api.react(this.#article, name, on);
      this.reactions = mine;
      return reactions;
    } catch (failure) {
      this.reactions = before;
      throw failure;
    }
  }

  /** Nobody is asked for a name to vote. */
  async #becomeSomebody() {
    if (!this.#guest.voter) this.#guest.becomeVoter((await this.#api.guest()).token);
  }
}
