import { html, render } from 'lit-html';
import { eachMinute } from '../page/clock.js';
import { signIn, signOut } from '../page/member.js';
import { whenNear } from '../page/near.js';
import { articleOf, localeOf, serverOf, siteOf } from '../page/page.js';
import { wordsFor } from '../words/reading.js';
import { Announcer } from './announcer.js';
import { measureReading } from './reading.js';
import { eachRest, Scroll } from './scroll.js';
import { styles } from './styles.js';
import { Thread } from './thread.js';
import { threadView } from './thread-view.js';

/**
 * `<afterword-thread>`: the comments of one article. Attributes: `site` (or `data-site` on the
 * script tag), `article` (the canonical link, else the path), `src` (where the script came from),
 * `theme` (`light` or `dark`). Events: `afterword:ready`, `afterword:posted`; on the document
 * `afterword:signed-out`.
 */
export class AfterwordThread extends HTMLElement {
  static observedAttributes = ['site', 'article', 'src'];

  #root = this.attachShadow({ mode: 'open' });
  #thread;
  #ui;
  #undo = [];
  #restarting;
  #speaking;
  #rendering;

  connectedCallback() {
    this.#root.adoptedStyleSheets = [styles];
    this.#start();
  }

  disconnectedCallback() {
    this.#stop();
    render(null, this.#root);
  }

  /** A template engine sets attributes one by one; only their last state is worth a request. */
  attributeChangedCallback(_, before, now) {
    if (!this.#thread || before === now) return;
    this.#restarting ??= Promise.resolve().then(() => {
      this.#restarting = null;
      if (!this.isConnected) return;
      this.#stop();
      this.#start();
    });
  }

  /**
   * Has the page's reader be the member of a single sign-on token, in all elements of this server
   * and site. Resolves with whether they are; never rejects.
   */
  login(token) {
    return signIn(this.#place, token);
  }

  /** Has the reader be the guest again who they were before. */
  logout() {
    signOut(this.#place, 'logout');
  }

  get #place() {
    return {
      base: this.getAttribute('src') || serverOf(import.meta.url),
      site: this.getAttribute('site') || siteOf(import.meta.url),
      article: this.getAttribute('article') || articleOf(),
    };
  }

  #start() {
    const place = this.#place;
    const announcer = new Announcer(this.#changed);
    const scroll = new Scroll(this.#root);
    const thread = new Thread({
      place,
      scroll,
      announce: announcer,
      changed: this.#changed,
      emit: (name, detail) => this.#emit(name, { ...place, ...detail }),
    });
    this.#thread = thread;
    const { lang = '' } = this.closest('[lang]') ?? {};
    const ui = { thread, announcer, scroll, lang, focus: this.#focus, stale: true };
    this.#ui = ui;
    this.#undo = [() => thread.stop(), () => announcer.stop()];
    if (place.site) {
      thread.countView();
      this.#undo.push(measureReading(this, place));
    } else {
      thread.isUnknown();
      console.warn('afterword-thread: say which site this is, with the attribute site="…".');
    }
    if (this.#isIncluded) render(html`<slot></slot>`, this.#root);
    this.#undo.push(whenNear(this, () => this.#wake()));
  }

  /** Many who open a page never come down here: until then nothing is read, shown or followed. */
  #wake() {
    const thread = this.#thread;
    const { base, site } = thread.place;
    this.#speaking = wordsFor(localeOf(this), base).then((words) => {
      this.#ui.words = this.#ui.announcer.words = words;
    });
    this.#undo.push(
      eachMinute(this.#changed),
      eachRest(() => thread.welcome()),
    );
    if (site) thread.start();
    this.#changed();
  }

  #stop() {
    this.#undo.forEach((undo) => undo());
    this.#undo = [];
    this.#thread = this.#speaking = this.#rendering = null;
  }

  /**
   * Asks for a new picture, in which nothing that is being read has moved; many changes in one
   * moment make one. `list: false`: the comments are as they were, so that ticking numbers cost the
   * same under one comment and under a thousand.
   */
  #changed = ({ list = true } = {}) => {
    this.#ui.stale ||= list;
    const speaking = this.#speaking;
    if (!speaking) return undefined;
    this.#rendering ??= speaking.then(() => {
      if (speaking !== this.#speaking) return undefined;
      this.#rendering = null;
      if (this.#isIncluded) return render(html`<slot></slot>`, this.#root);
      const draw = () => {
        // What machines read about the comments stays.
        this.replaceChildren(...this.querySelectorAll('script'));
        render(threadView(this.#ui), this.#root);
      };
      this.#ui.scroll.still(draw, { list: this.#ui.stale });
      this.#ui.stale = false;
    });
    return this.#rendering;
  };

  /**
   * Whether what a server put between the tags, the thread as it was, still stands: until there is
   * more to show, and for as long as somebody is in its form.
   */
  get #isIncluded() {
    return this.querySelector(this.#thread.conversation ? 'textarea:valid, :focus' : ':not(script)');
  }

  #focus = (selector) => this.#root.querySelector(selector)?.focus();

  #emit(name, detail) {
    const event = new CustomEvent(`afterword:${name}`, { detail, bubbles: true, composed: true });
    this.dispatchEvent(event);
  }
}
