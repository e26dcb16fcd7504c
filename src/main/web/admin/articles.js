import { Remote } from './remote.js';

/** Articles: the ones most read or talked about, and any other by its address. */
export class Articles extends Remote {
  by = 'comments';
  window = 'month';
  list = [];
  one = null;

  open() {
    this.one = null;
    return this.read();
  }

  read() {
    return this.fetch(async () => {
      this.list = (await this.api.top(this.by, this.window)).articles;
    });
  }

  rank(change) {
    Object.assign(this, change);
    return this.read();
  }

  async show(article) {
    const shown = await this.act(async () => {
      this.one = await this.api.article(article);
    });
    if (shown) {
      await this.app.changed();
      this.app.focus('.sheet form h3');
    }
  }

  close() {
    this.one = null;
    this.app.changed();
  }

  /** Sends what was changed, and nothing else. */
  change(given) {
    const { one } = this;
    const body = Object.fromEntries(
      Object.entries(given).filter(([name, value]) => (one[name] ?? null) !== value),
    );
    return this.act(async () => {
      const { verdict } = await this.api.changeArticle(one.article, body);
      this.one = await this.api.article(one.article);
      this.tell('saved', {}, verdict);
    });
  }
}
