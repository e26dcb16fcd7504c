import { render } from 'lit-html';
import { eachMinute } from '../page/clock.js';
import { wordsOf } from '../words/words.js';
import { staffApi } from './api.js';
import { appView } from './app-view.js';
import { Articles } from './articles.js';
import { Audit } from './audit.js';
import { Desk } from './desk.js';
import { Detail } from './detail.js';
import { commandsOf, listenToKeys } from './keys.js';
import { followDesk } from './live.js';
import { Numbers } from './numbers.js';
import { Settings } from './settings.js';
import { Staff } from './staff.js';
import { en } from './words.js';

/**
 * Where it is kept which sites were signed in to, the latest first, on which ones the moderator is
 * staff, and whether single keys are wanted. No secrets.
 */
const SIGNED_IN = 'afterword-admin-signed-in';
const SITES = 'afterword-admin-sites';
const KEYS = 'afterword-admin-keys';

/** Filters that stand in the address, so that a view can be kept and sent on. */
const filters = ['state', 'q', 'author', 'article', 'name'];

/** The admin page: who is signed in, which page is open, and one picture of it all. */
export class App {
  words = wordsOf(/^en\b/.test(navigator.language) ? navigator.language : 'en', en);
  me = null;
  page = 'queue';
  problem = null;
  /** Whether there is a session, as far as is known, that the server could not be asked about. */
  mayResume = false;
  /** Why signing out did not work. */
  outProblem = null;
  busy = false;
  spoken = '';
  keys = localStorage.getItem(KEYS) !== 'off';
  #key = { token: null };
  #rendering = null;
  #stop = () => {};

  constructor(root) {
    this.root = root;
    this.asked = new URL(location).searchParams.get('site');
    this.site = this.asked || kept(SIGNED_IN)[0] || root.dataset.site;
    this.sites = kept(SITES);
  }

  async start() {
    addEventListener('hashchange', () => this.#route());
    eachMinute(this.changed);
    listenToKeys(this, commandsOf(this));
    if (kept(SIGNED_IN).includes(this.site)) await this.resume();
    else await this.changed();
    if (!this.me) this.focus(this.site ? '[name=token]' : '[name=site]');
  }

  /** Goes on with the session, should the server know it; that it cannot be asked does not end it. */
  async resume() {
    this.problem = null;
    this.mayResume = false;
    try {
      await this.#enter();
    } catch (failure) {
      this.mayResume = !(failure.status in refusals);
      if (this.mayResume) this.problem = failure.reason;
      else this.#forget();
    }
    await this.changed();
    this.refocus(this.me ? '.card[tabindex="0"]' : '[name=token]');
  }

  get mayDecide() {
    return this.me?.role !== 'viewer';
  }

  get pages() {
    const all = ['queue', 'articles', 'numbers', 'audit'];
    return this.me.role === 'owner' ? [...all, 'settings', 'staff'] : all;
  }

  async signIn(site, token) {
    const missing = (!site && 'siteMissing') || (!token && 'tokenMissing');
    if (missing) {
      this.problem = { key: missing };
      this.changed();
      return;
    }
    Object.assign(this, { site, busy: true, problem: null, mayResume: false });
    this.changed();
    try {
      await this.#prove(token);
      await this.#learnSites(token);
      await this.#enter();
      keep(SIGNED_IN, [site, ...this.#others()]);
    } catch (failure) {
      this.#key.token = null;
      this.problem = refusals[failure.code] ?? refusals[failure.status] ?? failure.reason;
    }
    this.busy = false;
    await this.changed();
    this.focus(this.me ? '.card[tabindex="0"]' : '[name=token]');
  }

  /** A browser that keeps no cookie, over plain HTTP for example, has the token in memory. */
  async #prove(token) {
    const api = staffApi(this.site, this.#key, () => {});
    try {
      await api.begin(token);
      await api.me();
    } catch (failure) {
      if (failure.status === 404 && failure.code === 'site-unknown') throw failure;
      this.#key.token = token;
      await api.me();
    }
  }

  /** Which others the same token is for is known only as long as it is at hand. */
  async #learnSites(token) {
    const { sites } = await staffApi(this.site, this.#key, () => {}).sites(token);
    this.sites = sites.map(({ site }) => site);
    keep(SITES, this.sites);
  }

  #forget() {
    keep(SIGNED_IN, this.#others());
  }

  #others() {
    return kept(SIGNED_IN).filter((site) => site !== this.site);
  }

  /** Another site, which asks for the token unless it was signed in to as well. */
  visit(site) {
    location.href = `?${new URLSearchParams({ site })}`;
  }

  async #enter() {
    this.api = staffApi(this.site, this.#key, () => this.#leave('sessionOver'));
    const me = await this.api.me();
    this.desk = new Desk(this.api, this);
    this.detail = new Detail(this.api, this);
    this.articles = new Articles(this.api, this);
    this.audit = new Audit(this.api, this);
    this.numbers = new Numbers(this.api, this);
    this.settings = new Settings(this.api, this);
    this.staff = new Staff(this.api, this);
    this.#stop = await followDesk(this.api, (news) => this.desk.hear(news));
    this.me = me;
    this.detail.readBans().catch(() => {});
    this.#route();
  }

  /** Until the server has ended the session, whoever sits here next goes on with it. */
  async signOut() {
    try {
      await this.api.end();
      return this.#leave(null);
    } catch (failure) {
      if (failure.status in refusals) return this.#leave(null);
      this.outProblem = { key: 'stillIn' };
      return this.changed();
    }
  }

  #leave(key) {
    if (!this.me) return;
    this.#stop();
    this.#forget();
    this.#key.token = null;
    this.me = null;
    this.problem = key && { key };
    this.outProblem = null;
    this.changed().then(() => this.focus('[name=token]'));
  }

  // Which page: `#spam?q=…` is the queue in a state, `#audit` another page.

  #route() {
    if (!this.me) return;
    const [page, query] = location.hash.slice(1).split('?');
    this.page = this.pages.includes(page) ? page : 'queue';
    if (this.page === 'queue') {
      const given = new URLSearchParams(query);
      const filter = { state: 'pending' };
      for (const name of filters) if (given.get(name)) filter[name] = given.get(name);
      this.detail.close();
      this.desk.open(filter);
    } else {
      this[this.page].open();
    }
    this.changed();
  }

  hrefOf(filter) {
    return `#queue?${new URLSearchParams(filter)}`;
  }

  /** The same queue with other filters; an empty value takes one away. */
  refine(change) {
    const filter = { ...this.desk.filter, ...change };
    for (const name of Object.keys(filter)) if (!filter[name]) delete filter[name];
    location.hash = this.hrefOf(filter);
  }

  // What the desk and the pages tell.

  changed = () => {
    this.#rendering ??= Promise.resolve().then(() => {
      this.#rendering = null;
      render(appView(this), this.root);
      document.title = this.#title();
    });
    return this.#rendering;
  };

  #title() {
    if (!this.me) return `${this.words.say('signIn')} · Afterword`;
    const n = this.desk.counts.pending ?? 0;
    const values = { n, page: this.words.say(this.page), site: this.site };
    return this.words.say(n ? 'titleWaiting' : 'title', values);
  }

  say(key, { n = 1, by, ...values } = {}) {
    const words = this.words.say(key, { n, by: by || this.words.say('somebody'), ...values });
    // A live region speaks when it changes, and the same may be said twice.
    this.spoken = words === this.spoken ? `${words}\u00a0` : words;
    this.changed();
  }

  /** The moderator is at another card: it gets the focus, unless that is in a field or a dialog. */
  async reached() {
    this.detail.follow(this.desk.card);
    await this.changed();
    const active = document.activeElement;
    if (active?.closest('dialog, .filters, .pages, input, textarea, .detail.open')) return;
    const card = this.root.querySelector('.card[tabindex="0"]') ?? this.root.querySelector('.list');
    card?.focus({ preventScroll: true });
    card?.scrollIntoView({ block: 'nearest' });
  }

  focus(selector) {
    this.root.querySelector(selector)?.focus();
  }

  /** Where the keyboard goes on when what was pressed is no more. */
  refocus(selector) {
    if (document.activeElement === document.body) this.focus(selector);
  }

  useKeys(on) {
    this.keys = on;
    localStorage.setItem(KEYS, on ? 'on' : 'off');
    this.changed();
  }
}

const kept = (name) => JSON.parse(localStorage.getItem(name) ?? '[]');
const keep = (name, list) => localStorage.setItem(name, JSON.stringify(list));

const refusals = {
  'site-unknown': { key: 'siteUnknown' },
  401: { key: 'tokenUnknown' },
  403: { key: 'notStaff' },
  404: { key: 'siteUnknown' },
};
