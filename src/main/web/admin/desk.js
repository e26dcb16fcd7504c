import { Failure } from '../net/failure.js';
import { Selection } from './selection.js';
import { belongs, isPossible, isVerdict, outcome } from './verdicts.js';

const PAGE = 50;

/** How near to the last card more are fetched. */
const AHEAD = 10;

/** How long one may not have seen yet that somebody else decided, in milliseconds. */
const SURPRISE = 1_000;

/** The most that one verdict is given on. */
const CALL = 100;

/** What a moderator is told of a decision that was not taken, by the code of the answer. */
const refusals = { 'comment-unknown': 'meanwhileGone', 'text-changed': 'meanwhileEdited' };

/**
 * The queue on a moderator's desk: which cards lie there, at which one the moderator is, which are
 * selected, and what was decided. Decisions hold at once; the server is told behind them, and what
 * it does not take comes back with a word about why.
 */
export class Desk {
  cards = [];
  next = null;
  counts = {};
  current = null;
  decisions = [];
  notices = new Map();
  filter = { state: 'pending' };
  fresh = 0;
  loading = true;
  problem = null;
  reasonAt = null;

  /** What others decided while it lay here: how the card was, and until when it is too fresh. */
  #taken = new Map();
  #own = new Set();
  #recount = false;
  #under = 0;
  #turn = 0;
  #decided = 0;
  #undoing = Promise.resolve();

  /** `ui` hears `changed()`, `say(key, values)`, and `reached(id)` when the place changes. */
  constructor(api, ui) {
    this.api = api;
    this.ui = ui;
    this.selected = new Selection(ui);
  }

  get card() {
    return this.cards.find(({ id }) => id === this.current);
  }

  get targets() {
    const chosen = this.cards.filter(({ id }) => this.selected.has(id));
    if (chosen.length) return chosen;
    return this.card ? [this.card] : [];
  }

  /** The decision that can be undone where it was made, as long as the moderator stays there. */
  get last() {
    const last = this.decisions.at(-1);
    return last?.place === this.#place ? last : null;
  }

  get #place() {
    return JSON.stringify(this.filter);
  }

  get isFiltered() {
    const { q, author, article } = this.filter;
    return Boolean(q || author || article);
  }

  async open(filter) {
    this.filter = filter;
    Object.assign(this, { cards: [], next: null, current: null, fresh: 0, reasonAt: null });
    this.selected.clear();
    this.notices.clear();
    await this.reload();
  }

  async reload() {
    const turn = ++this.#turn;
    Object.assign(this, { loading: true, problem: null });
    this.ui.changed();
    const page = await this.#page();
    if (turn !== this.#turn) return;
    if (page) {
      this.cards = page.comments;
      this.#taken.clear();
      this.next = page.next;
      this.counts = page.counts;
      this.fresh = 0;
      if (!this.card) this.current = this.cards[0]?.id ?? null;
      this.ui.reached();
    }
    this.loading = false;
    this.ui.changed();
  }

  async more() {
    if (!this.next || this.loading) return;
    const turn = this.#turn;
    this.loading = true;
    const page = await this.#page({ after: this.next });
    if (turn !== this.#turn) return;
    if (page) {
      this.#lay(page.comments);
      this.next = page.next;
    }
    this.loading = false;
    this.ui.changed();
  }

  /** What came since: laid where it belongs, which is at the end of what waits. */
  async showFresh({ go = false } = {}) {
    const known = new Set(this.cards.map(({ id }) => id));
    let after = null;
    let first = null;
    do {
      const page = await this.#page({ limit: CALL, after });
      if (!page) return this.ui.changed();
      const fresh = page.comments.filter(({ id }) => !known.has(id) && !this.#isDecided(id));
      first ??= fresh[0]?.id;
      this.#lay(fresh);
      this.counts = page.counts;
      after = page.next;
    } while (after);
    this.next = null;
    this.fresh = 0;
    if (first && (go || !this.card)) this.go(first);
    return this.ui.changed();
  }

  /**
   * A page of what is open. Null when there is none, and `problem` says why, or when something else
   * was opened meanwhile.
   */
  async #page(query) {
    const turn = this.#turn;
    let page = null;
    let problem = null;
    try {
      page = await this.api.queue({ ...this.filter, limit: PAGE, ...query });
    } catch (failure) {
      problem = failure.reason;
    }
    if (turn !== this.#turn) return null;
    this.problem = problem;
    return page;
  }

  #isDecided(id) {
    const holds = ({ cards }) => cards.some(({ card }) => card.id === id);
    return this.decisions.some((decision) => !decision.done && holds(decision));
  }

  /** News from the server. */
  hear(news) {
    if (news.type === 'queue') this.#heard(news.counts);
    else if (news.type === 'verdict') this.#heardVerdict(news);
    else if (news.type === 'missed') this.reload();
  }

  /** What somebody else decided is marked where it lies; it goes when the hand moves the list. */
  #heardVerdict({ ids, verdict, by }) {
    const others = (id) => by !== this.ui.me?.name || !this.#own.has(id);
    const here = this.cards.filter(({ id }) => ids.includes(id) && others(id));
    for (const card of here) {
      if (verdict === 'undo') this.#giveBack(card, by);
      // The journal tells of edits as well: who decides about one is stopped by the server.
      else if (isVerdict(verdict)) this.#take(card, verdict, by);
    }
    this.ui.changed();
  }

  #take(card, verdict, by) {
    const now = outcome(verdict);
    const was = { ...card };
    const news = Object.keys(now).some((name) => now[name] !== card[name]);
    if (!news && !belongs(card, 'reported')) return;
    this.#taken.set(card.id, { was, until: Date.now() + SURPRISE });
    Object.assign(card, now, now.state && { settled: true });
    this.selected.delete(card.id);
    this.#notice(card, { key: `meanwhile_${now.state ?? verdict}`, by });
  }

  #giveBack(card, by) {
    const taken = this.#taken.get(card.id);
    if (taken) {
      delete card.settled;
      Object.assign(card, taken.was);
      this.#taken.delete(card.id);
    }
    this.#notice(card, { key: 'meanwhileUndone', by });
  }

  #notice(card, notice) {
    this.notices.set(card.id, notice);
    if (card.id === this.current) this.ui.say(notice.key, notice);
  }

  #isTaken(card) {
    return this.#taken.has(card.id) && !belongs(card, this.filter.state);
  }

  /** The server's counts; while a decision is on its way that they may not know, later ones. */
  #heard(counts) {
    this.#recount = this.#under > 0;
    if (this.#recount) return;
    this.counts = counts;
    const { state } = this.filter;
    const here = this.cards.filter((card) => belongs(card, state)).length;
    const tells = !this.next && !this.loading && !this.isFiltered && state in counts;
    this.fresh = tells ? Math.max(0, counts[state] - here) : 0;
    if (this.fresh && !this.cards.length) this.showFresh();
    this.ui.changed();
  }

  go(id) {
    this.current = id;
    this.ui.reached();
    const index = this.cards.findIndex((card) => card.id === id);
    if (index >= this.cards.length - AHEAD) this.more();
    this.ui.changed();
  }

  #settle() {
    this.#under--;
    if (this.#recount && !this.#under) {
      this.api.queue({ limit: 1 }).then(({ counts }) => this.#heard(counts), () => {});
    }
  }

  /** Moves by one, past what others have decided; with `extend`, the selection goes along. */
  step(by, { extend = false } = {}) {
    const index = this.cards.findIndex(({ id }) => id === this.current);
    let at = index + by;
    while (this.cards[at] && this.#isTaken(this.cards[at])) at += by;
    const to = this.cards[at];
    if (!to) {
      if (by > 0 && this.fresh) this.showFresh({ go: true });
      return;
    }
    if (extend) this.selected.extend(this.cards, index, at);
    else this.selected.endStretch();
    this.go(to.id);
  }

  /** Decides about the cards given, else about the selected ones, else about the current one. */
  async decide(verdict, { cards = this.targets, reason } = {}) {
    const { state: queue } = this.filter;
    const surprising = ({ id }) => this.#taken.get(id)?.until > Date.now();
    const able = cards.filter((card) => isPossible(verdict, card) && !surprising(card));
    this.reasonAt = null;
    if (!able.length) {
      const notice = this.notices.get(cards[0]?.id);
      if (cards.length) this.ui.say(notice?.key ?? 'notPossible', notice);
      this.ui.changed();
      return;
    }
    const decision = {
      verdict,
      place: this.#place,
      order: ++this.#decided,
      // With the journal's entry, once the server has it.
      cards: able.map((card) => ({ card, was: { ...card }, entry: null })),
      leaves: false,
    };
    for (const card of able) {
      Object.assign(card, outcome(verdict), { settled: true });
      this.notices.delete(card.id);
      this.selected.delete(card.id);
      this.#taken.delete(card.id);
      this.#own.add(card.id);
    }
    const gone = new Set(able.filter((card) => !belongs(card, queue)).map(({ id }) => id));
    decision.leaves = gone.size > 0;
    if (gone.size) this.#takeAway(gone);
    this.#count(decision, 1);
    this.decisions.push(decision);
    this.ui.say(`did_${verdict}`, { n: able.length, name: able[0].author?.name });
    this.ui.changed();
    decision.sent = this.#send(decision, reason);
    await decision.sent;
  }

  /** Where the moderator was, the next card takes the place of one that goes. */
  #takeAway(gone) {
    const stays = (card) => !gone.has(card.id) && !this.#isTaken(card);
    const index = this.cards.findIndex(({ id }) => id === this.current);
    const near = this.cards.slice(index).find(stays) ?? this.cards.slice(0, index).findLast(stays);
    this.cards = this.cards.filter(stays);
    if (near) this.go(near.id);
    else this.#turnOver();
  }

  /** Nothing is left of what lay here; there may be more on the pile. */
  #turnOver() {
    this.current = null;
    this.ui.reached();
    if (this.next) this.more().then(() => this.cards.length && this.go(this.cards[0].id));
  }

  async #send(decision, reason) {
    const { verdict, cards } = decision;
    let answered = 0;
    this.#under++;
    try {
      // What was just taken back has to be so on the server before it is decided anew.
      await over(this.#undoing);
      while (answered < cards.length) {
        const some = cards.slice(answered, answered + CALL);
        const ids = some.map(({ card }) => card.id);
        const expect = Object.fromEntries(some.map(({ card, was }) => [card.id, was.state]));
        const seen = Object.fromEntries(some.map(({ card, was }) => [card.id, was.edited]));
        const answer = await this.api.decide({ ids, verdict, reason: reason || null, expect, seen });
        answered += some.length;
        for (const item of some) item.entry = answer.verdict;
        answer.results.filter(({ ok }) => !ok).forEach((result) => this.#refused(decision, result));
        // It was so already: there is nothing to take back.
        if (!answer.verdict) this.#without(decision, some);
      }
    } catch (failure) {
      this.#lost(decision, cards.slice(answered));
      if (!(failure instanceof Failure)) throw failure;
    } finally {
      decision.done = true;
      this.#settle();
      this.ui.changed();
    }
  }

  /** The server has not answered for these. */
  #lost(decision, items) {
    if (!items.length) return;
    this.#drop(decision, items);
    for (const { card } of items) this.notices.set(card.id, { key: 'notSaved' });
    this.ui.say('notSaved');
  }

  /** Somebody else was quicker, or it cannot be done. */
  #refused(decision, { id, state, by, code }) {
    const item = decision.cards.find(({ card }) => card.id === id);
    this.#drop(decision, [item]);
    if (state) item.card.state = state;
    const notice =
      code === 'state-changed'
        ? { key: `meanwhile_${state}`, by }
        : { key: refusals[code] ?? 'notPossible' };
    this.notices.set(id, notice);
    this.ui.say(notice.key, notice);
    if (code === 'text-changed') this.reload();
  }

  /** Some were not decided after all. */
  #drop(decision, items) {
    this.#without(decision, items);
    this.#comeBack(decision, items);
  }

  #without(decision, items) {
    decision.cards = decision.cards.filter((each) => !items.includes(each));
    if (!decision.cards.length) this.decisions = this.decisions.filter((each) => each !== decision);
  }

  #comeBack(decision, items) {
    this.#count({ ...decision, cards: items }, -1);
    for (const { card, was } of items) {
      delete card.settled;
      Object.assign(card, was);
    }
    if (decision.place === this.#place) this.#lay(items.map(({ card }) => card));
  }

  /** Takes the last decision back, and the one before it when asked again. */
  async undo() {
    const decision = this.decisions.pop();
    if (!decision) {
      this.ui.say('nothingToUndo');
      return;
    }
    const { cards } = decision;
    const here = decision.place === this.#place;
    this.#comeBack(decision, cards);
    if (here) this.go(cards[0].card.id);
    const name = cards[0].card.author?.name;
    this.ui.say(here ? 'undone' : 'undoneElsewhere', { n: cards.length, name });
    this.ui.changed();
    this.#undoing = this.#takeBack(decision, here);
    await this.#undoing;
  }

  async #takeBack(decision, here) {
    this.#under++;
    try {
      await over(decision.sent);
      const items = decision.cards;
      for (const entry of new Set(items.map((item) => item.entry))) {
        const { results } = await this.api.undo(entry);
        decision.cards = decision.cards.filter((item) => item.entry !== entry);
        for (const { id, ok, state } of results) {
          if (ok) continue;
          const item = items.find(({ card }) => card.id === id);
          if (item && state) item.card.state = state;
          this.notices.set(id, { key: 'changedSince' });
        }
      }
    } catch (failure) {
      this.#stands(decision, failure.code === 'changed-since' ? 'changedSince' : 'notSaved');
      if (!(failure instanceof Failure)) throw failure;
    } finally {
      this.#settle();
      if (!here) await this.reload();
      this.ui.changed();
    }
  }

  /** It could not be taken back; where that may be tried again, it is the next to be. */
  #stands(decision, key) {
    if (!decision.cards.length) return;
    for (const { card } of decision.cards) {
      Object.assign(card, outcome(decision.verdict), { settled: true });
      this.notices.set(card.id, { key });
    }
    this.#count(decision, 1);
    this.ui.say(key);
    if (key === 'changedSince') return;
    this.decisions.push(decision);
    this.decisions.sort((one, other) => one.order - other.order);
  }

  /** Where a card belongs: what waits is oldest first, the rest newest first. */
  isBefore(one, other) {
    const oldest = ['pending', 'reported'].includes(this.filter.state) && !this.filter.author;
    const order = one.created < other.created ? -1 : one.created > other.created ? 1 : 0;
    const settled = order || (one.id < other.id ? -1 : 1);
    return oldest ? settled < 0 : settled > 0;
  }

  #lay(cards) {
    for (const card of cards) {
      if (this.cards.some(({ id }) => id === card.id)) continue;
      const at = this.cards.findIndex((other) => this.isBefore(card, other));
      this.cards.splice(at < 0 ? this.cards.length : at, 0, card);
    }
    this.cards = [...this.cards];
    this.current ??= this.cards[0]?.id ?? null;
  }

  /** The numbers beside the tabs keep up with the hand; the server's come after. */
  #count({ cards }, sign) {
    for (const { card, was } of cards) {
      for (const queue of ['pending', 'reported', 'spam', 'rejected']) {
        const change = belongs(card, queue) - belongs(was, queue);
        this.counts[queue] = Math.max(0, (this.counts[queue] ?? 0) + sign * change);
      }
    }
  }
}

/** Waits until it has come to an end, whichever: of a failure hears who began it. */
const over = (work) => work.catch(() => {});
