import { follow } from './jobs.js';

/** How long one stays at a card before its thread is fetched, so that passing by costs nothing. */
const DWELL = 250;

const HISTORY = 10;

/** What stands beside the list: the comment whole, the thread around it, its author's others. */
export class Detail {
  card = null;
  isOpen = false;
  contexts = new Map();
  histories = new Map();
  revisions = new Map();
  wantsHistory = false;
  banned = new Map();
  asksBan = false;
  /** How a ban is to be: of the network, too; in the shadow, or with what was written removed. */
  banHow = {};
  /** What is being removed, and how far that is. */
  removal = null;
  problem = null;
  #timer;

  constructor(api, app) {
    this.api = api;
    this.app = app;
  }

  /** The moderator is at another card, or at none. */
  follow(card) {
    if (card?.id !== this.card?.id) {
      Object.assign(this, { wantsHistory: false, asksBan: false, problem: null });
      // What was decided since is to be seen in them.
      for (const map of [this.histories, this.revisions]) map.clear();
    }
    this.card = card;
    clearTimeout(this.#timer);
    if (card?.parent) this.#timer = setTimeout(() => this.#readContext(card), DWELL);
  }

  async open({ history = false } = {}) {
    if (!this.card) return;
    this.isOpen = true;
    if (history) this.showHistory();
    await this.app.changed();
    this.app.focus(history ? '.detail .history' : '.detail h2');
  }

  close() {
    this.isOpen = false;
    this.app.changed();
  }

  async showHistory() {
    this.wantsHistory = true;
    const { id } = this.card.author;
    this.#once(this.histories, id, async () => {
      const query = { state: 'all', author: id, limit: HISTORY };
      return (await this.api.queue(query)).comments;
    });
    await this.app.changed();
    this.app.refocus('.detail .history');
  }

  async readBans() {
    const { bans } = await this.api.bans();
    this.banned = new Map(bans.map((ban) => [ban.author, ban]));
    this.app.changed();
  }

  async askBan(asks) {
    Object.assign(this, { asksBan: asks, banHow: {} });
    await this.app.changed();
    this.app.refocus('.detail .ban :is(input, button)');
  }

  choose(how, on) {
    this.banHow = { ...this.banHow, [how]: on };
    // What goes would tell at once of a ban in the shadow.
    const other = { shadow: 'removeComments', removeComments: 'shadow' }[how];
    if (on && other) this.banHow[other] = false;
    this.app.changed();
  }

  /** For so many days, or for good. */
  ban(days) {
    const { id, name } = this.card.author;
    const until = days ? new Date(Date.now() + days * 86_400_000).toISOString() : null;
    const send = async () => {
      const ban = await this.api.ban(id, { until, ...this.banHow });
      this.banned.set(id, ban);
      if (ban.job) this.#follow(ban.job, name);
    };
    return this.#changeBan(send, 'banned', name);
  }

  async #follow(job, name) {
    let removal;
    const done = await follow(this.api, job, (now) => {
      this.removal = removal = { ...now, name };
      this.app.changed();
    });
    if (this.removal === removal) this.removal = null;
    if (done) this.app.say('removed', { name });
    this.app.changed();
  }

  unban() {
    const { id, name } = this.card.author;
    const send = async () => {
      await this.api.unban(id);
      this.banned.delete(id);
    };
    return this.#changeBan(send, 'unbanned', name);
  }

  async #changeBan(send, told, name) {
    Object.assign(this, { asksBan: false, problem: null });
    try {
      await send();
      this.app.say(told, { name });
    } catch (failure) {
      this.problem = failure.reason;
    }
    await this.app.changed();
    this.app.refocus('.detail .ban button');
  }

  async showRevisions() {
    const { id } = this.card;
    await this.#once(this.revisions, id, async () => (await this.api.revisions(id)).revisions);
    await this.app.changed();
    this.app.refocus('.detail .revisions');
  }

  /** Of a hidden comment nothing is public, but what it answers usually is. */
  #readContext({ parent }) {
    this.#once(this.contexts, parent, async () => {
      const { comment, ancestors } = await this.api.context(parent);
      return [...ancestors, comment];
    });
  }

  async #once(map, id, read) {
    if (map.has(id)) return;
    map.set(id, { loading: true });
    this.app.changed();
    try {
      map.set(id, { found: await read() });
    } catch (failure) {
      map.set(id, { problem: failure.reason });
      setTimeout(() => map.delete(id), 5_000);
    }
    this.app.changed();
  }
}
