import { follow } from './jobs.js';
import { Remote } from './remote.js';

/** The articles that have comments, those commented last first, and any other by its address. */
export class Articles extends Remote {
  q = '';
  list = [];
  next = null;
  one = null;

  open() {
    this.one = null;
    return this.find('');
  }

  find(q) {
    Object.assign(this, { q, list: [], next: null });
    return this.more();
  }

  more() {
    const { q, list, next } = this;
    const take = (page) => {
      this.list = [...list, ...page.articles];
      this.next = page.next;
    };
    return this.fetch(() => this.api.articles(q, next), take);
  }

  async show(article) {
    const shown = await this.act(async () => {
      this.one = this.#listed(article) ?? (await this.api.article(article));
    });
    if (shown) {
      await this.app.changed();
      this.app.focus('.sheet form h3');
    }
  }

  #listed(article) {
    return this.list.find((one) => one.article === article);
  }

  close() {
    this.one = null;
    this.app.changed();
  }

  /** Sends what was changed in the form, and nothing else. */
  change(given) {
    const { one } = this;
    const body = Object.fromEntries(
      Object.entries(given).filter(([name, value]) => (one[name] ?? null) !== value),
    );
    return this.set(one, body);
  }

  set(one, body) {
    return this.act(async () => {
      const { verdict, ...now } = await this.api.changeArticle(one.article, body);
      Object.assign(one, now);
      this.tell('saved', {}, verdict);
    });
  }

  /** Gives the article that is open another key; the old one leads to it. */
  move(to) {
    const { one } = this;
    return this.act(async () => {
      const { verdict, job, ...now } = await this.api.moveArticle(one.article, to).catch(explain);
      await this.#follow(job);
      Object.assign(one, now, job && (await this.api.article(now.article)));
      // Of two that are one now, one is listed.
      const is = (each) => each.article === now.article;
      this.list = [...new Set(this.list.map((each) => (is(each) ? one : each)))];
      this.tell('articleMoved', { name: now.article }, verdict);
    });
  }

  undo() {
    const { entry } = this.told;
    return this.act(async () => {
      const { job } = await this.api.undo(entry);
      await this.#follow(job);
      await this.open();
      this.tell('undoneElsewhere');
    });
  }

  /** Two threads become one, or two again, comment by comment. */
  async #follow(job) {
    if (!job) return;
    await follow(this.api, job, (values) => {
      this.told = { key: 'commentsMove', values };
      this.app.changed();
    });
  }
}

/** What a status cannot say by itself. */
function explain(failure) {
  if (failure.code === 'article-exists') failure.errors = [{ key: 'articleExists' }];
  throw failure;
}
