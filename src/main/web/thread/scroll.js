/** Knows where things stand on the screen, and keeps them there. */
export class Scroll {
  #root;

  constructor(root) {
    this.#root = root;
  }

  comment(id) {
    return this.#root.querySelector(`[data-comment="${CSS.escape(id)}"]`);
  }

  /** Whether showing this comment now would push away what is being read or written. */
  wouldMove(comment, conversation) {
    const y = this.#placeOf(comment, conversation);
    if (y == null || y > innerHeight) return false;
    const field = this.#root.activeElement?.closest('textarea, input');
    return y < 0 || Boolean(field && field.getBoundingClientRect().top >= y);
  }

  #placeOf(comment, conversation) {
    const { comments } = conversation.siblings(comment);
    const index = comments.indexOf(comment);
    const there = ({ id }) => this.comment(id);
    const next = comments.slice(index + 1).find(there);
    if (next) return shown(there(next))?.top;
    const before = comments.slice(0, index).findLast(there)?.id ?? comment.parent;
    return before && shown(this.comment(before)?.closest('li'))?.bottom;
  }

  /** Runs `render` so that what is being written, or else read, stays where it is. */
  still(render) {
    const places = this.#anchors().map((element) => [element, element.getBoundingClientRect().top]);
    render();
    const [anchor, before] = places.find(([element]) => element.isConnected) ?? [];
    if (!anchor) return;
    const moved = anchor.getBoundingClientRect().top - before;
    if (Math.abs(moved) >= 1) scrollBy({ top: moved, behavior: 'instant' });
  }

  /** The field that has the focus; then, where the list fills the screen, the comments on it. */
  #anchors() {
    const list = shown(this.#root.querySelector('.list'));
    const comments =
      list && list.top < 0 && list.bottom > 0 ? this.#root.querySelectorAll('[data-comment]') : [];
    const field = this.#root.activeElement?.closest('textarea, input');
    return [...(field ? [field] : []), ...comments].filter((element) => {
      const box = shown(element);
      return box && box.bottom > 0 && box.top < innerHeight;
    });
  }

  /** Brings a comment into view and goes on from there. */
  reveal(id) {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.goTo(id)?.scrollIntoView({ block: 'nearest', behavior: calm ? 'instant' : 'smooth' });
  }

  /** The id of the comment after this one on the page, or else before it. */
  neighbour(id) {
    const comments = [...this.#root.querySelectorAll('[data-comment]')];
    const index = comments.indexOf(this.comment(id));
    return (comments[index + 1] ?? comments[index - 1])?.dataset.comment;
  }

  /** Makes a comment the place where the keyboard goes on; focusable for this moment only, or each
   * click into a text would take the focus. */
  goTo(id) {
    const comment = this.comment(id);
    if (!comment) return null;
    comment.tabIndex = -1;
    comment.addEventListener('blur', () => comment.removeAttribute('tabindex'), { once: true });
    comment.focus({ preventScroll: true });
    return comment;
  }
}

/** The box of an element, or null when it is folded away. */
function shown(element) {
  const box = element?.getBoundingClientRect();
  return box?.height ? box : null;
}
