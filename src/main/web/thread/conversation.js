/**
 * The comments as this page knows them: a tree of what is loaded, and the rules by which a change
 * finds its place. Knows no network and no page, so the order of events is all that matters here.
 *
 * A loaded comment is the server's object with `replies` made complete. `total` counts what is
 * visible in the whole thread, loaded or not; `seen` remembers visible ids, so that a comment told
 * twice (the answer to a post and the live message) counts once.
 */
export class Conversation {
  constructor({ comments, next, total, sort }) {
    this.sort = sort;
    this.total = total;
    this.byId = new Map();
    this.seen = new Set();
    /** Arrived, but kept back until the reader asks for them. */
    this.held = [];
    this.roots = { total, comments: [], next: null };
    this.extend(this.roots, comments, next);
  }

  /** The list that `comment` belongs to; undefined when its parent is not loaded. */
  siblings({ parent }) {
    return parent ? this.byId.get(parent)?.replies : this.roots;
  }

  /** Adds a page to the end of a list. Returns the ids that were not shown yet. */
  extend(list, comments, next) {
    const ids = new Set(comments.map(({ id }) => id));
    const known = new Set(list.comments.map(({ id }) => id));
    // What one wrote oneself may stand at the end early; the page knows its true place.
    list.comments = list.comments.filter(({ id }) => !ids.has(id));
    list.comments.push(...comments.map((comment) => this.#adopt(comment)));
    list.next = next;
    this.held = this.held.filter(({ id }) => !ids.has(id));
    return comments.map(({ id }) => id).filter((id) => !known.has(id));
  }

  /** Counts a new comment; false when it is known already. */
  count({ id, state }) {
    if (state !== 'visible' || this.seen.has(id)) return false;
    this.seen.add(id);
    this.total += 1;
    return true;
  }

  /** Where in its list a comment would stand; -1 when that part is not loaded. */
  placeOf(comment) {
    const list = this.siblings(comment);
    if (!list) return -1;
    const first = comment.parent || this.sort === 'oldest' ? 1 : -1;
    const at = Date.parse(comment.created);
    const after = ({ created }) => first * (Date.parse(created) - at) > 0;
    const index = list.comments.findIndex(after);
    if (index >= 0) return index;
    return list.next ? -1 : list.comments.length;
  }

  /** Shows a comment at its place. `own` ones are shown even where the list is not loaded yet. */
  insert(comment, { own = false, fresh = true } = {}) {
    const known = this.byId.get(comment.id);
    const list = this.siblings(comment);
    if (known) return this.change(comment);
    if (!list) return null;
    if (comment.parent) list.total += 1;
    const place = this.placeOf(comment);
    if (place < 0 && !own) return null;
    const adopted = this.#adopt(comment);
    adopted.fresh = fresh;
    list.comments.splice(place < 0 ? list.comments.length : place, 0, adopted);
    return adopted;
  }

  hold(comment) {
    if (!this.#isHeld(comment.id)) this.held.push(comment);
  }

  /** Whether the comment answers one that is held back: then it waits with it. */
  answersHeld({ parent }) {
    return this.#isHeld(parent);
  }

  /** Shows all that was held back; returns the first of them as the reader will meet it. */
  release() {
    const held = this.held;
    this.held = [];
    return held.map((comment) => this.insert(comment)).find(Boolean) ?? null;
  }

  /** An edit, an approval, a restored comment: everything but its replies. */
  change({ replies, ...changes }) {
    const waiting = this.held.findIndex(({ id }) => id === changes.id);
    if (waiting >= 0) this.held[waiting] = { ...this.held[waiting], ...changes };
    const known = this.byId.get(changes.id);
    return known ? Object.assign(known, changes) : null;
  }

  /**
   * Takes a comment away; one that has replies stays as a tombstone, and so does one that is
   * `kept` (the reader is answering it). Returns false when it cannot tell whether it was counted.
   */
  remove({ id, parent }, kept) {
    const certain = this.seen.delete(id);
    if (certain) this.total -= 1;
    const known = this.byId.get(id);
    if (known) {
      Object.assign(known, { state: 'deleted', html: null, author: null });
      this.#bury(known, kept);
    } else if (certain && !this.#isHeld(id) && this.byId.has(parent)) {
      this.byId.get(parent).replies.total -= 1;
    }
    this.held = this.held.filter((comment) => comment.id !== id);
    return certain || Boolean(known);
  }

  #isHeld(id) {
    return this.held.some((comment) => comment.id === id);
  }

  /** A tombstone is shown for its replies only, and so on upwards. */
  #bury(comment, kept) {
    if (comment.state !== 'deleted' || comment.replies.total > 0 || comment.id === kept) return;
    const list = this.siblings(comment);
    list.comments = list.comments.filter(({ id }) => id !== comment.id);
    this.byId.delete(comment.id);
    if (!comment.parent) return;
    list.total -= 1;
    this.#bury(this.byId.get(comment.parent), kept);
  }

  #adopt(comment) {
    const { comments = [], total = 0, next = null } = comment.replies ?? {};
    const known = this.byId.get(comment.id);
    const adopted = Object.assign(known ?? {}, comment);
    this.byId.set(comment.id, adopted);
    if (comment.state === 'visible') this.seen.add(comment.id);
    adopted.replies = { comments: [], total, next: null };
    this.extend(adopted.replies, comments, next);
    return adopted;
  }
}
