import { Remote } from './remote.js';

/** What staff did, the latest first. */
export class Audit extends Remote {
  entries = [];
  next = null;

  open() {
    this.entries = [];
    return this.more(null);
  }

  more(after = this.next) {
    return this.fetch(async () => {
      const page = await this.api.audit(after);
      this.entries = [...this.entries, ...page.entries];
      this.next = page.next;
    });
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
