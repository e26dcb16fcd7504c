import { apiOf } from '../net/api.js';
import { backoff } from '../net/backoff.js';
import { follow } from '../net/live.js';
import { compare } from '../net/position.js';
import { seen } from '../page/page.js';
import { draftsOf } from '../page/drafts.js';
import { guestOf } from '../page/guest.js';
import { eachTurn } from '../page/member.js';
import { Composer } from './composer.js';
import { Conversation } from './conversation.js';
import { Marks } from './marks.js';

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
  #guest;
  #drafts;
  #leaving = new AbortController();
  #unfollow;
  #retry;
  #tries = 0;
  #refresh;
  #greeted = false;
  #position;
  /** Requests under way whose answer says more than the messages that come meanwhile. */
  #busy = 0;
  #queue = [];
  /** The reader's last deed: they follow one another, or the first could win over the last. */
  #deed = Promise.resolve();

  views = null;
  readers = 0;
  live = true;
  degraded = false;
  conversation = null;
  info = null;
  site = null;
  sort = 'newest';
  listProblem = null; // 'unknownSite' | 'listFailed'
  composer = null; // the box under the article, when open
  form = null; // the box at a comment, when open: an answer to it, or its new text
  asked = null; // id of the comment of which is asked whether to delete it
  problems = new Map(); // comment id, or 'reactions' -> what went wrong there
  paging = new Map(); // list -> 'busy' | 'failed'
  folded = new Set();

  constructor({ place, changed, scroll, announce, emit }) {
    Object.assign(this, { place, changed, scroll, announce, emit });
    this.#guest = guestOf(place);
    this.#drafts = draftsOf(place);
    this.#api = apiOf(place, this.#guest, this.#leaving.signal);
    this.#identify();
  }

  start() {
    eachTurn(this.place, () => this.#turn(), this.#leaving.signal);
    this.#countView();
    this.#read().then((read) => read && this.emit('ready', { comments: this.conversation.total }));
    this.#recall();
  }

  stop() {
    this.#leaving.abort();
    clearTimeout(this.#retry);
    clearTimeout(this.#refresh);
    this.#unfollow?.();
    this.composer?.rest();
    this.form?.rest();
  }

  get #left() {
    return this.#leaving.signal.aborted;
  }

  // Reading

  async #countView() {
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
    await marks.read().catch(() => {});
    if (this.#left || marks !== this.marks) return;
    this.conversation?.addAside(this.marks.own);
    this.changed();
  }

  #identify() {
    this.marks = new Marks(this.place.article, this.#api, this.#guest);
    this.me = this.#guest.id; // the author of one's own comments
  }

  /** Another reader sits here: what the one before left and alone saw goes, and theirs comes. */
  #turn() {
    this.#identify();
    this.conversation?.removeAside();
    for (const box of [this.composer, this.form]) {
      if (box?.status === 'idle') box.problem = null;
    }
    this.changed();
    this.#recall();
  }

  /**
   * Reads the list. What is on the page stays until the answer is here; and then too, with what
   * became of it, when it is this list already, and nobody asked for it `anew`.
   */
  async #read(anew) {
    clearTimeout(this.#retry);
    clearTimeout(this.#refresh);
    const sort = this.sort;
    try {
      await this.#quietly(() => this.#load(anew));
    } catch (failure) {
      if (this.#left || sort !== this.sort) return false;
      this.listProblem = failure.status === 404 ? 'unknownSite' : 'listFailed';
      if (failure.status !== 404)
        this.#retry = setTimeout(() => this.#read(anew), backoff(this.#tries++));
    }
    this.changed();
    return !this.listProblem;
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
    this.info = list.info;
    this.site = list.site;
    this.#position = list.position;
    this.listProblem = null;
    this.#tries = 0;
    this.#unfollow ??= follow({
      ...this.place,
      position: () => this.#position,
      receive: (message) => this.#receive(message),
      connected: (live) => {
        this.live = live;
        this.changed({ list: false });
      },
    });
  }

  readAgain() {
    this.listProblem = null;
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
      await this.#quietly(async () => {
        const page = comment
          ? await this.#api.replies(comment.id, sort === 'best' ? sort : null, list.next)
          : await this.#api.comments(this.place.article, sort, list.next);
        [first] = conversation.extend(list, page.comments, page.next);
      });
      this.paging.delete(list);
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
  async #quietly(work) {
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
    else if (type === 'comment.removed') this.#removed(comment);
    else if (type === 'votes') this.#voted(message.comments);
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

  #created(comment) {
    const counts = this.conversation.count(comment);
    this.conversation.add(comment, { waits: this.#waits });
    if (counts) this.announce.arrived();
  }

  #waits = (comment) => this.scroll.waits(comment, this.conversation);

  /** A replay tells what was hidden meanwhile, not whether this page had counted it. */
  #removed(comment) {
    if (!this.conversation.remove(comment)) this.#refreshSoon();
  }

  #voted(comments) {
    for (const [id, votes] of Object.entries(comments)) this.conversation.change({ id, ...votes });
  }

  /**
   * Asks for the numbers that cannot be known from what was told, at a moment of one's own among
   * the thousand pages that heard the same.
   */
  #refreshSoon() {
    clearTimeout(this.#refresh);
    this.#refresh = setTimeout(async () => {
      await this.#quietly(() => this.#load()).catch(() => {});
      this.changed();
    }, Math.random() * 5000);
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
  reveal(id) {
    const { byId } = this.conversation;
    if (!byId.has(id)) return false;
    for (let at = byId.get(id).parent; at; at = byId.get(at).parent) this.folded.delete(at);
    this.changed().then(() => this.scroll.reveal(id));
    return true;
  }

  // Writing

  get writable() {
    if (!this.conversation || this.info.state !== 'open') return false;
    return this.site.guests !== 'off' || Boolean(this.#guest.token);
  }

  compose(open) {
    this.composer?.rest();
    this.composer = open ? this.#composer({ at: null, send: (draft) => this.#post(draft) }) : null;
    return this.changed();
  }

  reply({ id }) {
    return this.#open({ at: id, send: (draft) => this.#post(draft, id) });
  }

  /** Lists and messages have no source text, so it is asked for. */
  edit({ id }) {
    return this.#attempt(id, async () => {
      const { text } = await this.#api.comment(id);
      await this.#open({ at: id, text, send: (draft) => this.#edit(draft, id) });
    });
  }

  #open(box) {
    this.form?.rest();
    this.form = box && this.#composer(box);
    this.asked = null;
    return this.changed();
  }

  /** Leaves the box at a comment. An answer is kept for another time; a comment is as it was. */
  closeForm() {
    if (this.form.edits) this.form.drop();
    return this.#open(null);
  }

  #composer(box) {
    const limits = { text: this.site.textMax ?? 10_000, name: 60 };
    const [drafts, guest, changed] = [this.#drafts, this.#guest, this.changed];
    return new Composer({ ...box, drafts, guest, limits, changed });
  }

  #post(draft, parent = null) {
    const { article } = this.place;
    return this.#quietly(async () => {
      const { comment, token } = await this.#api.post({ ...draft, article, parent });
      if (token) this.#guest.become(token, comment.author);
      this.me = this.#guest.id;
      this.conversation.count(comment);
      this.conversation.add(comment, { own: true });
      if (!parent) this.composer = null;
      else if (this.form?.at === parent) this.form = null;
      this.announce.say(comment.state === 'pending' ? 'held' : 'posted');
      this.emit('posted', { comment });
      this.reveal(comment.id);
    });
  }

  #edit({ text }, id) {
    return this.#quietly(async () => {
      this.conversation.change(await this.#api.edit(id, text));
      if (this.form?.at === id) this.form = null;
      this.announce.say('saved');
      this.reveal(id);
    });
  }

  // Marking and taking away

  isMine({ author }) {
    return Boolean(this.me) && author.id === this.me;
  }

  /** Whether a comment may still get another text; the server's clock has the last word. */
  isFresh({ created }) {
    return Date.now() - Date.parse(created) < this.site.editSeconds * 1000;
  }

  vote({ id }, value) {
    return this.#attempt(id, async () => {
      this.conversation.change(await this.marks.vote(id, value));
    });
  }

  react(name) {
    return this.#attempt('reactions', async () => {
      this.info.reactions = await this.marks.react(name);
    });
  }

  /** Asks of one comment whether to delete it; of none, with null. */
  ask(comment) {
    this.asked = comment?.id;
    this.problems.delete(this.asked);
    return this.changed();
  }

  delete(comment) {
    this.asked = null;
    return this.#attempt(comment.id, async () => {
      await this.#api.remove(comment.id);
      this.#removed(comment);
      this.announce.say('gone');
    });
  }

  /** Does what a reader asked for `at` some place, and says there when it did not work. */
  async #attempt(at, work) {
    this.problems.delete(at);
    const done = this.#quietly(() => this.#deed.then(work));
    this.#deed = done.catch(() => {});
    this.changed();
    try {
      await done;
      return true;
    } catch (failure) {
      this.problems.set(at, failure.reason ?? { key: 'failed' });
      return false;
    } finally {
      await this.changed();
    }
  }
}

/** The fields of `message` that `info` has too. */
function known(message, info) {
  return Object.fromEntries(Object.entries(message).filter(([name]) => name in info));
}
