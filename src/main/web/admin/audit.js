import { Remote } from './remote.js';

/** What staff did, the latest first. */
export class Audit extends Remote {
  entries = [];
  next = null;

  open() {
    Object.assign(this, { entries: [], next: null });
    return this.more();
  }

  more() {
    const { entries, next } = this;
    const take = (page) => {
      this.entries = [...entries, ...page.entries];
      this.next = page.next;
    };
    return this.fetch(() => this.api.audit(next), take);
  }

  get file() {
    return this.api.auditFile();
  }

  isUndone(id) {
    return this.entries.some(({ undoes }) => undoes === id);
  }

  async undo({ id }) {
    if (await this.act(() => this.api.undo(id))) {
      await this.open();
      this.app.say('undoneElsewhere');
    }
  }
}
