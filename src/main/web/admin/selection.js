/** The ids of the cards that are selected. `ui` hears `changed()` and `say(key, values)`. */
export class Selection extends Set {
  /** The card that a stretch began at, while it is made longer and shorter. */
  #anchor = null;

  constructor(ui) {
    super();
    this.ui = ui;
  }

  toggle(id) {
    this.endStretch();
    if (!this.delete(id)) this.add(id);
    this.#tell();
  }

  /** All of the cards, or none when that is what they are. */
  toggleAll(cards) {
    const all = this.size === cards.length;
    this.clear();
    if (!all) for (const { id } of cards) this.add(id);
    this.#tell();
  }

  none() {
    this.endStretch();
    this.clear();
    this.ui.changed();
  }

  /** One goes from a card to another: what is passed is selected, or let go on the way back. */
  extend(cards, from, to) {
    this.#anchor ??= cards[from].id;
    const anchor = cards.findIndex(({ id }) => id === this.#anchor);
    const between = (index) => (index - anchor) * (index - to) <= 0;
    for (const index of [from, to]) this[between(index) ? 'add' : 'delete'](cards[index].id);
    this.#tell();
  }

  /** The next stretch begins where one is by then. */
  endStretch() {
    this.#anchor = null;
  }

  #tell() {
    this.ui.say('selected', { n: this.size });
    this.ui.changed();
  }
}
