import { apiOf } from '../net/api.js';
import { backoff } from '../net/backoff.js';
import { follow } from '../net/live.js';
import { compare } from '../net/position.js';
import { seen } from '../page/page.js';
import { draftsAt } from '../page/drafts.js';
import { guestOf } from '../page/guest.js';
import { eachTurn } from '../page/member.js';
import { keeps } from '../page/storage.js';
import { Conversation, isRanked } from './conversation.js';
import { writing } from './late.js';
import { Marks } from './marks.js';
import { name, namedIn, readBranch } from './permalinks.js';

/** So many pages at most are read again to see what became of the comments that are shown. */
const PAGES = 5;

/** Articles this page load has counted: an element moved in the page is not a second view. */
const counted = new Set();

/**
 * One article's thread while its element stands in the page: reads, follows, writes, and tells
 * `changed` when there is something new to show. What it shows is in its public fields.
 *
 * `scroll` answers whether a comment waits rather than move what is being read; `announce` speaks
 * to screen readers; `emit` to the host page.
 */
export class Thread {
  #api;
  #leaving = new AbortController();
  #live;
  #retry;
  #tries = 0;
  #refresh;
  #greeted = false;
  #ready = false;
  #position;
  /** Requests under way whose answer says more than the messages that come meanwhile. */
  #busy = 0;
  #queue = [];
  /** On the way, or here: what it takes to write. */
  #equipped;
  #recalled;
  #forgot; // what they left here could not be told
  #pausing;
  /** The comment that the page's address names, until the reader has been led there. */
  #goal;
  #article;

  views = null;
  readers = 0;
  typist = null; // the author who writes a comment just now
  live = true;
  degraded = false;
  conversation = null;
  info = null;
  site = null;
  sort = 'newest';
  lost = null; // { id, key }: the comment that the address names, and why it is not shown
  composer = null; // the box under the article, when open
  form = null; // the box at a comment, when open: an answer to it, or its new text
  options = null; // { at, part }: the comment at which more is offered, and what of it is shown
  deletions = null; // what is deleted to the eye, once they reached for something
  problems = new Map(); // comment id, 'list', 'article' or 'reactions' -> what went wrong there
  paging = new Map(); // list -> 'busy' | 'failed'
  folded = new Set();
  writer = null; // does what a reader wants done, once they reached for something
  forms = null; // its views
  awaited = null; // the button that waits for them

  constructor({ place, changed, scroll, announce, emit }) {
    Object.assign(this, { place, changed, scroll, announce, emit });
    this.guest = guestOf(place);
    this.#api = apiOf(place, this.guest, this.signal);
  }

  start() {
    const { signal } = this;
    this.#identify();
    eachTurn(this.place, () => this.#turn(), signal);
    this.#read();
    this.#recalled = this.#recall();
    addEventListener('hashchange', () => this.#visit(namedIn(location.hash)), { signal });
    this.#visit(namedIn(location.hash));
  }

  stop() {
    this.deletions?.finish();
    this.#leaving.abort();
    clearTimeout(this.#retry);
    clearTimeout(this.#refresh);
    clearTimeout(this.#pausing);
    this.#live?.stop();
    this.composer?.rest();
    this.form?.rest();
  }

  /** Ends what belongs to this thread. */
  get signal() {
    return this.#leaving.signal;
  }

  get #left() {
    return this.signal.aborted;
  }

  // Reading

  /** The view is the page's, however far down it is read. */
  async countView() {
    const { base, site, article } = this.place;
    const key = `${base} ${site} ${article}`;
    await seen();
    if (this.#left || counted.has(key)) return;
    counted.add(key);
    const answer = await this.#api.view(article).catch(() => counted.delete(key));
    if (answer.views == null || this.#left) return;
    this.#tick(answer);
  }

  /** What this reader left here before. It is no reason to show less when that cannot be told. */
  async #recall() {
    const { marks } = this;
    this.#forgot = false;
    await marks.read().catch(() => (this.#forgot = true));
    if (this.#left || marks !== this.marks) return;
    this.conversation?.addAside(this.marks.own);
    this.changed();
  }

  #identify() {
    this.marks = new Marks(this.place.article, this.#api, this.guest);
    this.me = this.guest.id; // the author of one's own comments
  }

  /**
   * Another reader sits here: what the one before left and alone saw goes, and theirs comes. They
   * are not to think again what another deleted; and nothing is sent by itself under another name
   * than that under which it was to be sent.
   */
  #turn() {
    this.deletions?.finish();
    this.#identify();
    this.conversation?.removeAside();
    for (const box of [this.composer, this.form]) {
      box?.rest();
      if (box?.status === 'idle') box.problem = null;
    }
    this.changed();
    this.#recalled = this.#recall();
  }

  /**
   * Reads the list. What is on the page stays until the answer is here; and then too, with what
   * became of it, when it is this list already, and nobody asked for it `anew`.
   */
  async #read(anew) {
    clearTimeout(this.#retry);
    this.#refresh = clearTimeout(this.#refresh);
    const sort = this.sort;
    try {
      await this.quietly(() => this.#load(anew));
    } catch (failure) {
      if (this.#left || sort !== this.sort) return false;
      if (failure.status === 404) this.isUnknown();
      else {
        this.problems.set('list', { key: 'listFailed', again: () => this.readAgain() });
        this.#retry = setTimeout(() => this.#read(anew), backoff(this.#tries++));
      }
    }
    this.changed();
    this.#arrive();
    const read = !this.problems.has('list');
    if (read && !this.#left) this.#isReady();
    return read;
  }

  /** Once, however often it was tried. */
  #isReady() {
    if (this.#ready) return;
    this.#ready = true;
    this.emit('ready', { comments: this.conversation.total });
    // Who left something half written goes on with it.
    if (keeps(draftsAt(this.place))) this.warm();
  }

  async #load(anew) {
    const { conversation, sort } = this;
    const shown = !anew && conversation?.sort === sort ? conversation : null;
    const before = conversation?.byId.size;
    const lists = await this.#lists(sort, shown);
    if (this.#left || sort !== this.sort) return;
    // Another page, or the answer to a post, came meanwhile and knows more.
    if (conversation?.byId.size !== before || conversation !== this.conversation) {
      await this.#load(anew);
      return;
    }
    if (shown) {
      // One way for what changed, told or read.
      for (const list of lists) for (const message of shown.news(list)) this.#tell(message);
    } else {
      this.conversation = new Conversation(lists[0]);
      this.conversation.addAside(this.marks.own);
      this.paging.clear();
    }
    this.#take(lists[0]);
    // What only they see may have been decided meanwhile.
    if (shown || this.#forgot) this.#recalled = this.#recall();
  }

  /** The list as far as it is `shown`, and where the newest are when its order puts them beyond. */
  async #lists(sort, shown) {
    const size = shown && { limit: shown.limit, replies: 100 };
    const read = (order, after) => this.#api.comments(this.place.article, order, after, size);
    const list = await read(sort);
    for (let left = PAGES; --left && shown && !shown.isCoveredBy(list); ) {
      const { comments, next } = await read(sort, list.next);
      list.comments.push(...comments);
      list.next = next;
    }
    return sort !== 'newest' && shown?.roots.next ? [list, await read('newest')] : [list];
  }

  #take(list) {
    this.conversation.total = list.total;
    this.#article = list.article;
    this.info = list.info;
    this.site = list.site;
    this.#position = list.position;
    this.problems.delete('list');
    this.#tries = 0;
    this.#live ??= follow({
      ...this.place,
      position: () => this.#position,
      receive: (message) => this.#receive(message),
      connected: (live) => {
        this.live = live;
        this.changed({ list: false });
      },
    });
  }

  /** There is no such site, or none is named. */
  isUnknown() {
    this.problems.set('list', { key: 'unknownSite' });
  }

  readAgain() {
    this.problems.delete('list');
    this.changed();
    return this.#read();
  }

  sortBy(sort) {
    if (sort === this.sort) return;
    this.sort = sort;
    this.readAgain();
  }

  /** The next page of the roots, or of the replies to one comment. Returns the first new id. */
  async more(list, comment) {
    if (this.paging.get(list) === 'busy') return null;
    this.paging.set(list, 'busy');
    this.changed();
    const { conversation } = this;
    const { sort } = conversation;
    let first = null;
    try {
      await this.quietly(async () => {
        const page = comment
          ? await this.#api.replies(comment.id, sort, list.next)
          : await this.#api.comments(this.place.article, sort, list.next);
        [first] = conversation.extend(list, page.comments, page.next);
      });
      this.paging.delete(list);
      // What rose meanwhile, past the place where it goes on, is on no page that comes.
      if (!list.next && isRanked(sort, comment)) this.#refreshSoon();
    } catch {
      this.paging.set(list, 'failed');
    }
    await this.changed();
    return first;
  }

  fold(comment) {
    if (!this.folded.delete(comment.id)) this.folded.add(comment.id);
    this.changed();
  }

  // Following

  #receive(message) {
    if (this.#left) return;
    if (this.#busy) this.#queue.push(message);
    else this.#apply(message);
  }

  /** Holds live messages back while `work` runs: its answer comes first, then they. */
  async quietly(work) {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      while (!this.#busy && this.#queue.length) this.#receive(this.#queue.shift());
    }
  }

  #apply(message) {
    const { type, position } = message;
    // The answer to one's own view may know more than the stream does in its first moment.
    if (type === 'hello') {
      // Votes have no numbers: those of the time between are not told again.
      if (this.#greeted) this.#refreshSoon();
      this.#greeted = true;
      return this.#tick({ ...message, views: Math.max(message.views, this.views ?? 0) });
    }
    if (type === 'reset') return this.#read();
    if (position) {
      const order = compare(position, this.#position);
      if (order === 'old') return;
      if (order === 'gap') return this.#read();
      this.#position = position;
    }
    this.#tell(message);
  }

  #tell(message) {
    const { type, comment } = message;
    if (type === 'comment.created') this.#created(comment);
    else if (type === 'comment.updated') this.conversation.change(comment);
    else if (type === 'comment.removed') this.removed(comment);
    else if (type === 'votes') this.#voted(message.comments);
    else if (type === 'typing') return this.#writes(message.author);
    else if (type === 'moved') {
      // Each of its comments has another address now.
      this.#article = message.to;
      this.#refreshSoon();
    }
    else if (type === 'degraded' || type === 'restored') this.degraded = type === 'degraded';
    else if (type === 'article.updated' || type === 'reactions')
      Object.assign(this.info, known(message, this.info));
    else return this.#tick(message);
    this.changed();
  }

  #tick({ views = this.views, readers = this.readers }) {
    Object.assign(this, { views, readers });
    this.changed({ list: false });
  }

  /** Who writes is told every few seconds, and shown until it is told no more. */
  #writes(author) {
    clearTimeout(this.#pausing);
    this.typist = author && !this.isMine({ author }) ? author : null;
    if (this.typist) this.#pausing = setTimeout(() => this.#writes(null), 8000);
    this.changed({ list: false });
  }

  #created(comment) {
    if (this.typist && comment.author?.id === this.typist.id) this.#writes(null);
    const counts = this.conversation.count(comment);
    this.conversation.add(comment, { waits: this.#waits });
    if (counts) this.announce.arrived();
  }

  #waits = (comment) => this.scroll.waits(comment, this.conversation);

  /** A replay tells what was hidden meanwhile, not whether this page had counted it. */
  removed(comment) {
    if (!this.conversation.remove(comment)) this.#refreshSoon();
  }

  #voted(comments) {
    for (const [id, votes] of Object.entries(comments)) this.conversation.change({ id, ...votes });
  }

  /**
   * Asks for the numbers that cannot be known from what was told, at a moment of one's own among
   * the thousand pages that heard the same.
   */
  #refreshSoon(pause = Math.random() * 5000) {
    this.#refresh ??= setTimeout(async () => {
      this.#refresh = null;
      try {
        await this.quietly(() => this.#load());
      } catch {
        if (!this.#left) this.#refreshSoon(backoff(this.#tries++));
      }
      this.changed();
    }, pause);
  }

  /** Shows what was held back for a place that the reader has come to. */
  welcome() {
    if (this.conversation?.welcome(this.#waits)) this.changed();
  }

  /** Shows all that was held back, and leads to the first of it. */
  async release() {
    if (this.conversation.missed && !(await this.#read(true))) return;
    const { conversation } = this;
    conversation.release();
    const first = conversation.first(conversation.late) ?? conversation.roots.comments[0];
    if (first) this.reveal(first.id);
  }

  /** Leads to a comment, out of folded branches; false when it is not on this page. */
  async reveal(id, led) {
    const { conversation } = this;
    const { byId } = conversation;
    for (let at = byId.get(id); at; at = byId.get(at.parent)) {
      if (conversation.held.has(at)) conversation.release();
      this.folded.delete(at.parent);
    }
    await this.changed();
    return this.scroll.reveal(id, led);
  }

  /** Has the page's address name a comment, and leads there. */
  visit(id) {
    if (!name(id)) this.#visit(id);
  }

  #visit(id) {
    this.#goal = id;
    this.lost = null;
    this.changed();
    return this.#arrive();
  }

  /** Leads to where the address does, once there is a list. */
  async #arrive() {
    const id = this.#goal;
    const { conversation } = this;
    if (!id || !conversation) return;
    this.#goal = null;
    if (this.info.state === 'closed') return;
    // What waits for approval is nowhere else.
    if (!conversation.byId.has(id)) await this.#recalled;
    const now = conversation.byId.has(id) ? id : await this.#seek(id, conversation);
    if (!now || this.#goal || this.#left) return;
    if (conversation !== this.conversation) return this.#visit(id);
    if (await this.reveal(now, true)) return;
    this.lost ??= { id, key: 'gone' };
    await this.reveal(id, true);
  }

  /** Reads a comment that is on no page yet; resolves with the id that it has now. */
  async #seek(id, conversation) {
    try {
      return await this.quietly(() => readBranch(this.#api, conversation, this.#article, id));
    } catch ({ status }) {
      this.lost = { id, key: status === 404 ? 'gone' : 'moreFailed' };
      return id;
    }
  }

  // What a reader does

  get writable() {
    if (!this.conversation || this.info.state !== 'open') return false;
    return this.site.guests !== 'off' || Boolean(this.guest.token);
  }

  isMine({ author }) {
    return Boolean(this.me) && author.id === this.me;
  }

  /** Whether a comment may still get another text; the server's clock has the last word. */
  isFresh({ created }) {
    return Date.now() - Date.parse(created) < this.site.editSeconds * 1000;
  }

  /** Tells the others that this reader writes, whose `token` it is. */
  writes(token) {
    this.#live?.typing(token);
  }

  /** Fetches what it takes to do something, while the hand is still on its way. */
  warm() {
    this.#equip().catch(() => {});
  }

  /**
   * Does what a reader reached for `at` some place, when what it takes is here: `deed` gets the
   * `Writer`. Until then the button of this `action` is busy; when it cannot be had, that is said
   * there, with a way to try again.
   */
  async act(at, action, deed) {
    const key = `${action} ${at}`;
    if (this.awaited === key) return;
    if (!this.writer) {
      this.awaited = key;
      this.problems.delete(at);
      this.changed();
      try {
        await this.#equip();
      } catch {
        const again = () => this.act(at, action, deed);
        this.problems.set(at, { key: 'moreFailed', again });
      }
      if (this.awaited === key) this.awaited = null;
      this.changed();
    }
    if (this.writer && !this.#left) await deed(this.writer);
  }

  /** Whether a button waits for what it takes. */
  awaits(at, action) {
    return this.awaited === `${action} ${at}`;
  }

  #equip() {
    this.#equipped ??= writing(this.place.base).then(
      ({ Writer, forms }) => {
        this.forms = forms;
        this.writer = new Writer(this);
      },
      (failure) => {
        this.#equipped = null;
        throw failure;
      },
    );
    return this.#equipped;
  }
}

/** The fields of `message` that `info` has too. */
function known(message, info) {
  return Object.fromEntries(Object.entries(message).filter(([name]) => name in info));
}
