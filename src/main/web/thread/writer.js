import { writesOf } from '../net/writes.js';
import { draftsOf } from '../page/drafts.js';
import { Composer } from './composer.js';
import { Deletions } from './deletions.js';

/** How often others are told that somebody types, in milliseconds. */
const PAUSE = 3000;

/**
 * What a reader does in one `thread`: writes, answers, changes, takes away, votes and reacts. What
 * is shown of it is in the thread's public fields.
 */
export class Writer {
  #thread;
  #api;
  #drafts;
  #told = -PAUSE;
  /** The reader's last deed: they follow one another, or the first could win over the last. */
  #deed = Promise.resolve();

  constructor(thread) {
    this.#thread = thread;
    this.#api = writesOf(thread.place, thread.guest);
    this.#drafts = draftsOf(thread.place);
    const { changed, signal } = thread;
    const take = (comment, token) => this.#delete(comment, token);
    thread.deletions = new Deletions({ take, changed, signal });
  }

  // Writing

  compose(open) {
    const thread = this.#thread;
    thread.composer?.rest();
    thread.composer = open ? this.#composer({ at: null, send: (draft) => this.#post(draft) }) : null;
    return thread.changed();
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

  /** One that is on its way stays, and the reader is led there; unless it is on no page. */
  async #open(box) {
    const thread = this.#thread;
    const { form } = thread;
    if (box && form && form.status !== 'idle' && (await thread.reveal(form.at))) return;
    thread.form?.rest();
    thread.form = box && this.#composer(box);
    await thread.changed();
  }

  /** Leaves the box at a comment. An answer is kept for another time; a comment is as it was. */
  closeForm() {
    const { form } = this.#thread;
    if (form.edits) form.drop();
    return this.#open(null);
  }

  #composer(box) {
    const { site, guest, changed, announce } = this.#thread;
    const limits = { text: site.textMax ?? 10_000, name: 60 };
    const tell = ({ key, values }) => announce.say(key, values);
    const more = { drafts: this.#drafts, render: this.#api.preview, typed: this.#typed, tell };
    return new Composer({ ...box, ...more, guest, limits, changed });
  }

  /** Told every few seconds, as long as somebody types. */
  #typed = () => {
    const { token } = this.#thread.guest;
    if (!token || performance.now() - this.#told < PAUSE) return;
    this.#told = performance.now();
    this.#thread.writes(token);
  };

  #post(draft, parent = null) {
    const thread = this.#thread;
    const { marks, place } = thread;
    const { article } = place;
    return thread.quietly(async () => {
      const { comment, token } = await this.#api.post({ ...draft, article, parent });
      if (token) thread.guest.become(token, comment.author);
      thread.me = thread.guest.id;
      if (this.#isShown(comment, marks)) {
        thread.conversation.count(comment);
        thread.conversation.add(comment, { own: true });
      }
      if (!parent) thread.composer = null;
      else if (thread.form?.at === parent) thread.form = null;
      thread.announce.say(comment.state === 'pending' ? 'held' : 'posted');
      thread.emit('posted', { comment });
      await this.#lead(comment.id);
    });
  }

  #edit({ text }, id) {
    const thread = this.#thread;
    const { marks } = thread;
    return thread.quietly(async () => {
      const comment = await this.#api.edit(id, text);
      if (this.#isShown(comment, marks)) thread.conversation.change(comment);
      if (thread.form?.at === id) thread.form = null;
      thread.announce.say('saved');
      await this.#lead(id);
    });
  }

  /** What waits is for its author's eyes alone, who has `marks`, and may have logged out by now. */
  #isShown({ state }, marks) {
    return state === 'visible' || marks === this.#thread.marks;
  }

  /** Leads to what was sent, unless its reader is about something else by now. */
  async #lead(id) {
    await this.#thread.changed();
    if (document.activeElement === document.body) this.#thread.reveal(id);
  }

  // Marking and taking away

  /** Votes, or takes that vote back. */
  vote({ id }, value) {
    const { conversation } = this.#thread;
    return this.#mark(id, async (marks) => {
      const before = marks.votes[id] ?? 0;
      const now = value === before ? 0 : value;
      marks.votes[id] = now;
      try {
        await this.#becomeSomebody();
        conversation.change(await this.#api.vote(id, now));
        // Those that were read meanwhile were from before.
        marks.votes[id] = now;
      } catch (failure) {
        marks.votes[id] = before;
        throw failure;
      }
    });
  }

  /** Reacts, or takes that reaction back. */
  react(name) {
    const { info, place } = this.#thread;
    return this.#mark('reactions', async (marks) => {
      const before = marks.reactions;
      const others = before.filter((one) => one !== name);
      const on = others.length === before.length;
      marks.reactions = on ? [...before, name] : others;
      try {
        await this.#becomeSomebody();
        const { reactions, mine } = await this.#api.react(place.article, name, on);
        marks.reactions = mine;
        info.reactions = reactions;
      } catch (failure) {
        marks.reactions = before;
        throw failure;
      }
    });
  }

  /** A deed that changes what this reader left: whoever reads that just now has to read it again. */
  #mark(at, work) {
    const { marks } = this.#thread;
    return this.#attempt(at, async () => {
      marks.changes += 1;
      await work(marks).finally(() => {
        marks.changes += 1;
      });
    });
  }

  /** Nobody is asked for a name to vote. */
  async #becomeSomebody() {
    const { guest } = this.#thread;
    if (!guest.voter) guest.becomeVoter((await this.#api.guest()).token);
  }

  /** Offers what is wanted less often at one comment, and shows a `part` of it; at none, null. */
  offer(comment, part) {
    const thread = this.#thread;
    thread.problems.delete(thread.options?.at);
    thread.options = comment && { at: comment.id, part };
    return thread.changed();
  }

  mayReport(comment) {
    const { site, guest, marks } = this.#thread;
    const known = site.guests !== 'off' || Boolean(guest.voter);
    return known && !this.#thread.isMine(comment) && !marks.reported.has(comment.id);
  }

  async report({ id }, reason, note) {
    const thread = this.#thread;
    if (!reason) {
      thread.problems.set(id, { key: 'reasonMissing' });
      await thread.changed();
      return false;
    }
    return this.#attempt(id, async () => {
      await this.#becomeSomebody();
      await this.#api.report(id, reason, note || undefined);
      thread.marks.reported.add(id);
      if (thread.options?.at === id) thread.options.part = 'thanks';
      thread.announce.say('reported');
    });
  }

  /** Takes a comment out of sight; some seconds later, if it is not taken back, from the server. */
  delete(comment) {
    const thread = this.#thread;
    thread.problems.delete(comment.id);
    thread.deletions.add(comment, thread.guest.token);
    thread.announce.say('deleted');
    return thread.changed();
  }

  takeBack(comment) {
    this.#thread.deletions.takeBack(comment);
    return this.#thread.changed();
  }

  /** Not after the deeds before it: a page that is left does not wait for them. */
  #delete(comment, token) {
    const done = this.#thread.quietly(async () => {
      await this.#api.remove(comment.id, token);
      this.#thread.removed(comment);
    });
    return this.#settle(comment.id, done);
  }

  /** Does what a reader asked for `at` some place, and says there when it did not work. */
  #attempt(at, work) {
    this.#thread.problems.delete(at);
    const done = this.#thread.quietly(() => this.#deed.then(work));
    this.#deed = done.catch(() => {});
    return this.#settle(at, done);
  }

  async #settle(at, done) {
    const thread = this.#thread;
    thread.changed();
    try {
      await done;
      return true;
    } catch (failure) {
      thread.problems.set(at, failure.reason ?? { key: 'failed' });
      return false;
    } finally {
      await thread.changed();
    }
  }
}
