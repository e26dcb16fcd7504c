/**
 * The comments as this page knows them: a tree of what was told, and the rules by which a change
 * finds its place. Knows no network and no page, so the order of events is all that matters here.
 *
 * A known comment is the server's object, with those `replies` that are known and the number of
 * those that are `unloaded`. What was removed keeps its place in the tree; whether it is shown
 * follows from what stands below it. `total` counts what is visible in the whole thread, known or
 * not; `seen` remembers visible ids, so that a comment told twice (the answer to a post and the
 * live message) counts once.
 */
export class Conversation {
  /**
   * What stands on pages that are not loaded was written before; what is newer was missed. By the
   * reader's clock: when it is wrong, some news come with their page, or old ones as news.
   */
  #since = Date.now();

  constructor({ comments, next, total, sort }) {
    this.sort = sort;
    this.total = total;
    this.byId = new Map();
    this.seen = new Set();
    /** Arrived, but kept back until the reader asks for them or comes to their place. */
    this.held = new Set();
    /** Those that were kept back last, and are shown now. */
    this.late = new Set();
    /** How many are new of which it is not known where they end: none of them is shown. */
    this.missed = 0;
    this.roots = { comments: [], unloaded: 0, next: null };
    this.extend(this.roots, comments, next);
  }

  /** The list that `comment` belongs to; undefined when its parent is not loaded. */
  siblings({ parent }) {
    return parent ? this.byId.get(parent)?.replies : this.roots;
  }

  /** What a list shows. `kept` is the id of a comment that stays: the reader is writing there. */
  shown({ comments }, kept) {
    return comments.filter((comment) => this.#isShown(comment, kept));
  }

  /** A tombstone is shown for its replies only, and so on upwards. */
  #isShown(comment, kept) {
    const { id, state, replies } = comment;
    if (this.held.has(comment)) return false;
    if (state !== 'deleted' || id === kept || replies.next) return true;
    return replies.comments.some((reply) => this.#isShown(reply, kept));
  }

  /** Adds a page to the end of a list. Returns the ids that were not there yet. */
  extend(list, page, next) {
    const ids = new Set(page.map(({ id }) => id));
    // A rank that changed between two pages makes a comment come twice: it stays where it is.
    const settled = list.comments.filter(({ early }) => !early);
    const early = list.comments.filter((comment) => comment.early && !ids.has(comment.id));
    const known = new Set(settled);
    const before = list.comments.length;
    const added = page.map((comment) => this.#adopt(comment)).filter((one) => !known.has(one));
    list.comments = [...settled, ...added, ...early];
    list.unloaded = next ? Math.max(0, list.unloaded + before - list.comments.length) : 0;
    list.next = next;
    return added.map(({ id }) => id);
  }

  /** Counts a new comment; false when it is known already. */
  count({ id, state }) {
    if (state !== 'visible' || this.seen.has(id)) return false;
    this.seen.add(id);
    this.total += 1;
    return true;
  }

  /**
   * Where in its list a new comment belongs; -1 when that part is not loaded. Among comments that
   * are ranked it comes first: it has no rank yet, and nothing that is shown changes its place.
   */
  #placeOf(comment, { comments, next }) {
    if (!comment.parent && isRanked(this.sort)) return 0;
    const index = comments.findIndex((one) => !one.early && precedes(comment, one, this.sort));
    if (index >= 0) return index;
    return next ? -1 : comments.length;
  }

  /** Whether nobody would look for it where it stands, or it stands below one that is held. */
  #isAstray({ parent, early }) {
    const unranked = isRanked(this.sort) && this.roots.comments.length > 1;
    return early || (!parent && (unranked || this.missed)) || this.held.has(this.byId.get(parent));
  }

  /**
   * Takes in a comment that is new, or back again. One's `own` is shown at once, even where its
   * part of the list is not loaded yet. Others wait where nobody would look for them, and where
   * `waits` says so, which knows what is being read.
   */
  add(comment, { own = false, waits } = {}) {
    let known = this.byId.get(comment.id);
    if (known && (this.held.has(known) || this.#isShown(known))) return this.change(comment);
    const list = this.siblings(comment);
    if (!list) return;
    const place = known ? 0 : this.#placeOf(comment, list);
    if (place < 0 && comment.parent && !own) {
      list.unloaded += 1;
      return;
    }
    if (known) this.change(comment);
    else {
      known = this.#adopt(comment);
      known.early = place < 0;
      list.comments.splice(place < 0 ? list.comments.length : place, 0, known);
    }
    known.fresh = !known.aside;
    if (!own && (this.#isAstray(known) || waits(known))) this.held.add(known);
  }

  /** Takes in one that was asked for, from where its list has not come to yet. */
  graft(comment) {
    this.add(comment, { own: true });
    const known = this.byId.get(comment.id);
    if (!known) return;
    known.fresh = false;
    const list = this.siblings(known);
    if (known.early && --list.unloaded === 0) list.next = null;
  }

  /** Takes in what its author alone sees, which stands in no list. */
  addAside(comments) {
    for (const comment of comments) {
      // What everybody sees by now was read before that.
      if (this.byId.get(comment.id)?.state !== 'visible')
        this.add({ ...comment, aside: true }, { own: true });
    }
  }

  /** Takes away what one reader alone saw, for another takes their place; it was never counted. */
  removeAside() {
    for (const one of this.byId.values()) {
      if (!one.aside && one.state !== 'pending') continue;
      this.seen.delete(one.id);
      this.remove(one);
    }
  }

  /** Shows what was held back and need not wait any longer; returns whether that is any. */
  welcome(waits) {
    const before = this.held.size;
    for (const comment of this.held) {
      if (this.#isAstray(comment) || waits(comment)) continue;
      this.held.delete(comment);
      this.late.add(comment);
    }
    return this.held.size < before;
  }

  /** Shows all that was held back. */
  release() {
    [this.late, this.held] = [this.held, new Set()];
  }

  /** How many comments the reader may ask for. */
  get waiting() {
    return this.held.size + this.missed;
  }

  /** The one of `some` comments that stands first on the page. */
  first(some, { comments } = this.roots) {
    for (const comment of comments) {
      const found = some.has(comment) ? comment : this.first(some, comment.replies);
      if (found) return found;
    }
    return undefined;
  }

  /** An edit, votes, an approval, a restored comment: everything but its replies. */
  change({ replies: _, ...changes }) {
    const known = this.byId.get(changes.id);
    if (known) Object.assign(known, { aside: false }, changes);
  }

  /** Takes a comment away. Returns false when it cannot tell whether it was counted. */
  remove({ id, parent }) {
    const counted = this.seen.delete(id);
    if (counted) this.total -= 1;
    const known = this.byId.get(id);
    if (known) {
      Object.assign(known, { state: 'deleted', html: null, author: null });
      this.held.delete(known);
    } else if (counted && this.byId.has(parent)) {
      this.byId.get(parent).replies.unloaded -= 1;
    }
    return counted || Boolean(known);
  }

  /** How many roots to read to see all that are loaded: in steps, so that many ask the same. */
  get limit() {
    const { length } = this.roots.comments;
    return Math.min(100, length - (length % 25) + 25);
  }

  /** Whether a list read anew goes as far as what is loaded. */
  isCoveredBy({ comments, next }) {
    const last = this.#last;
    return !next || !last || this.missed || comments.some(({ id }) => id === last.id);
  }

  get #last() {
    return this.roots.comments.findLast(({ state, early }) => state === 'visible' && !early);
  }

  /**
   * What the live feed would have told of a list that was read later, one by one: each is to be
   * taken over before the next. When the newest do not reach down to those that are shown, nobody
   * knows what is between them: then they wait as a number.
   */
  *news({ comments, next, sort, total }) {
    const isApart = this.missed || !comments.some(({ id }) => this.byId.has(id));
    if (this.sort === 'newest' && next && this.#last && isApart) {
      this.missed = Math.max(1, this.missed + total - this.total);
      return;
    }
    this.missed = 0;
    yield* this.#newsOf(this.roots, { comments, next, total: Infinity }, sort);
  }

  *#newsOf(list, { comments, next, total }, sort) {
    for (const comment of comments) {
      const known = this.byId.get(comment.id);
      if (!known && !this.#isNew(comment, list)) continue;
      const gone = comment.state === 'deleted';
      const stood = known && (gone || known.state === 'visible');
      // Replies are told of on their own, in their turn.
      const type = stood ? 'comment.updated' : 'comment.created';
      yield { type, comment: { ...comment, replies: {} } };
      const taken = this.byId.get(comment.id);
      if (!taken) continue;
      if (gone) yield { type: 'comment.removed', comment };
      yield* this.#newsOf(taken.replies, comment.replies, sort);
    }
    const told = new Set(comments.map(({ id }) => id));
    const last = comments.at(-1);
    for (const comment of list.comments) {
      const { id, parent, state } = comment;
      // What is not told is gone, but only as far as was read: it may stand on a later page.
      const isRead = !next || (last && !isRanked(sort, parent) && precedes(comment, last, sort));
      if (told.has(id) || comment.aside || state === 'pending' || !isRead) continue;
      yield { type: 'comment.removed', comment };
      yield* this.#newsOf(comment.replies, { comments: [], total: 0 }, sort);
    }
    const loaded = list.comments.filter((one) => this.held.has(one) || this.#isShown(one)).length;
    // A cursor belongs to its order.
    const further = list.next ?? (sort === this.sort ? next : null);
    list.next = total > loaded ? further : null;
    list.unloaded = list.next ? total - loaded : 0;
  }

  #isNew(comment, list) {
    if (!list.next || Date.parse(comment.created) > this.#since) return true;
    return !isRanked(this.sort, comment.parent) && this.#placeOf(comment, list) >= 0;
  }

  #adopt({ replies = {}, ...comment }) {
    if (comment.state === 'visible') this.seen.add(comment.id);
    const known = this.byId.get(comment.id);
    this.held.delete(known);
    if (known) return Object.assign(known, comment, { early: false });
    const { comments = [], total = 0, next = null } = replies;
    const adopted = { ...comment, replies: { comments: [], unloaded: total, next: null } };
    this.byId.set(comment.id, adopted);
    this.extend(adopted.replies, comments, next);
    return adopted;
  }
}

/** Whether roots, or the replies to a `parent`, stand in another order than that of time. */
export function isRanked(sort, parent) {
  return sort === 'best' || (sort === 'discussed' && !parent);
}

/** Whether one comment stands before another of its list; times are texts of one form. */
function precedes({ parent, created }, other, sort) {
  return parent || sort === 'oldest' ? created < other.created : created > other.created;
}
