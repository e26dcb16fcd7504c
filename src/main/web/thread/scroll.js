/** Knows where things stand on the screen, and keeps them there. */
export class Scroll {
  #root;
  /** Browsers scroll by whole pixels: what is left over must not add up. */
  #owed = 0;

  constructor(root) {
    this.#root = root;
  }

  comment(id) {
    return this.#root.querySelector(`[data-comment="${CSS.escape(id)}"]`);
  }

  /**
   * Whether showing this comment now would push away what is being read or written, or leave it
   * unseen at the end of the page.
   */
  waits(comment, conversation) {
    const y = this.#placeOf(comment, conversation);
    if (y == null) return false;
    if (y > innerHeight) return conversation.sort === 'oldest' && !comment.parent;
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

  /**
   * Runs `render` so that what is being written, or else read, stays where it is, also when it
   * takes the place of what a server included. Not all browsers see to that by themselves.
   */
  still(render, { list }) {
    this.#holdFocus();
    const topOf = (element) => element.getBoundingClientRect().top;
    const places = this.#anchors(list).map((element) => [element, topOf(element)]);
    render();
    const now = (one) => (one.isConnected ? one : this.comment(one.id.slice(3)));
    const [anchor, before] = places.find(([one]) => now(one)) ?? [];
    if (!anchor) return;
    const moved = topOf(now(anchor)) - before + this.#owed;
    const top = Math.round(moved);
    this.#owed = moved - top;
    if (top) scrollBy({ top, behavior: 'instant' });
  }

  /**
   * The field that has the focus; then, where the list fills the screen, the comments on it. Eyes
   * are about a third down: what ends above that line may grow upwards, out of the screen. When the
   * list is not drawn anew, no comment moves within it.
   */
  #anchors(isListDrawn) {
    const field = this.#root.activeElement?.closest('textarea, input');
    const included = this.#root.host.querySelector('.list');
    const root = included ? this.#root.host : this.#root;
    const list = root.querySelector('.list');
    const anchors = field && crosses(field, 0) ? [field] : [];
    // What was included has no line to write in above its list.
    const line = included ? innerHeight / 3 : 0;
    if (!list || list.getBoundingClientRect().top >= line || !crosses(list, 0)) return anchors;
    if (!isListDrawn) return [...anchors, list];
    const comments = [...root.querySelectorAll('.comment')];
    const visible = comments.filter((comment) => crosses(comment, 0));
    const read = visible.filter((comment) => crosses(comment, innerHeight / 3));
    return [...anchors, ...read, ...visible];
  }

  /**
   * Brings a comment into view and goes on from there; who is `led` from elsewhere has it at the top
   * of the window, at once. Returns whether it is there.
   */
  reveal(id, led) {
    const comment = this.comment(id);
    if (!comment) return false;
    goTo(comment);
    const calm = led || matchMedia('(prefers-reduced-motion: reduce)').matches;
    const { top, bottom } = comment.getBoundingClientRect();
    const block = led && (top < 0 || bottom > innerHeight) ? 'start' : 'nearest';
    comment.scrollIntoView({ block, behavior: calm ? 'instant' : 'smooth' });
    return true;
  }

  /**
   * Has the keyboard go on beside what has the focus, should that be drawn no more and nobody say
   * where instead: at the comment that it belongs to, or at its neighbour.
   */
  #holdFocus() {
    const root = this.#root;
    const field = root.activeElement;
    if (!field) return;
    const comments = [...root.querySelectorAll('[data-comment]')];
    // The last that begins before it, or is it; the one after; the one before.
    const index = comments.findLastIndex((one) => !(field.compareDocumentPosition(one) & 4));
    const near = index < 0 ? [] : [index, index + 1, index - 1];
    const ids = near.map((at) => comments[at]?.dataset.comment);
    setTimeout(() => {
      if (document.activeElement !== document.body) return;
      const place = ids.map((id) => this.comment(id)).find(Boolean);
      goTo(place ?? root.querySelector('.invite') ?? root.querySelector('.thread'));
    });
  }
}

/** Makes this the place where the keyboard goes on; focusable for this moment only, or each click
 * into a text would take the focus. */
function goTo(element) {
  if (!element) return;
  element.tabIndex = -1;
  element.addEventListener('blur', () => element.removeAttribute('tabindex'), { once: true });
  element.focus({ preventScroll: true });
}

/** Whether a part of the element is on the screen, below the line `y`. */
function crosses(element, y) {
  const box = shown(element);
  return Boolean(box) && box.bottom > y && box.top < innerHeight;
}

/** The box of an element, or null when it is folded away. */
function shown(element) {
  const box = element?.getBoundingClientRect();
  return box?.height ? box : null;
}

/** Calls `listen` whenever scrolling has come to rest, `scrollend` for all browsers. */
export function eachRest(listen) {
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(listen, 150);
  };
  // Captured, for a page may scroll within an element of its own.
  addEventListener('scroll', wait, { capture: true, passive: true });
  return () => {
    clearTimeout(timer);
    removeEventListener('scroll', wait, { capture: true });
  };
}
