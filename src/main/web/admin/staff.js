import { Remote } from './remote.js';

/** Who may moderate this site. */
export class Staff extends Remote {
  list = [];
  added = null;
  asking = null;

  open() {
    Object.assign(this, { added: null, asking: null });
    return this.fetch(() => this.api.staff(), this.#take);
  }

  async #read() {
    this.#take(await this.api.staff());
  }

  #take = ({ staff }) => {
    this.list = staff;
  };

  add(name, role) {
    return this.act(async () => {
      this.added = await this.api.addStaff({ name, role });
      await this.#read();
    });
  }

  async ask(id) {
    const { asking } = this;
    this.asking = id;
    await this.app.changed();
    this.app.refocus(`[data-staff="${CSS.escape(id ?? asking)}"] button`);
  }

  revoke({ id, name }) {
    this.asking = null;
    return this.act(async () => {
      const { verdict } = await this.api.revokeStaff(id);
      await this.#read();
      this.tell('revoked', { name }, verdict);
    });
  }

  undo() {
    const { entry } = this.told;
    return this.act(async () => {
      await this.api.undo(entry);
      await this.#read();
      this.tell('undoneElsewhere');
    });
  }
}
