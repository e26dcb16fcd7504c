import { backoff } from '../net/backoff.js';

/** So many articles one socket follows; the numbers of others stay as they were read. */
const FOLLOWED = 50;

/** So many articles one request asks for. */
const ASKED = 100;

const boards = {};

/** The counters of one site on this page: they share a request and a socket. */
export function boardOf(base, site) {
  const root = `${base}/api/v1/${encodeURIComponent(site)}`;
  return (boards[root] ??= board(root));
}

function board(root) {
  /** What the page calls an article -> its counts, and who shows them. */
  const shown = new Map();
  /** The article's key -> what the page calls it. */
  const names = new Map();
  let fresh = [];
  let socket;
  let timer;
  let tries = 0;

  function tell(article, counts) {
    const entry = shown.get(article);
    if (!entry) return;
    Object.assign(entry.counts, counts);
    for (const show of entry.shows) show(entry.counts);
  }

  async function ask() {
    const all = fresh;
    fresh = [];
    for (let i = 0; i < all.length; i += ASKED) {
      const query = new URLSearchParams(all.slice(i, i + ASKED).map((one) => ['article', one]));
      const answer = await fetch(`${root}/counts?${query}`);
      if (!answer.ok) return;
      const { counts } = await answer.json();
      for (const article in counts) tell(article, counts[article]);
    }
  }

  /** Each number as it is now, then each change. A hidden page has no socket. */
  function follow() {
    clearTimeout(timer);
    const wanted = shown.size && !document.hidden;
    if (!wanted) socket = socket?.close();
    if (!wanted || socket) return;
    const opened = new WebSocket(`${root}/live`.replace('http', 'ws'), 'afterword.v1');
    socket = opened;
    opened.onopen = () => [...shown.keys()].slice(0, FOLLOWED).forEach(subscribe);
    opened.onmessage = ({ data }) => {
      tries = 0;
      [JSON.parse(data)].flat().forEach(hear);
    };
    opened.onclose = () => {
      if (socket !== opened) return;
      socket = null;
      timer = setTimeout(follow, backoff(tries++));
    };
  }

  function hear({ type, article, requested, views, comments }) {
    if (type === 'hello') {
      names.set(article, requested);
      tell(requested, { views, comments });
    }
    const name = names.get(article);
    if (type === 'views') tell(name, { views });
    const step = { 'comment.created': 1, 'comment.removed': -1 }[type];
    if (step) tell(name, { comments: shown.get(name)?.counts.comments + step });
  }

  function say(type, article) {
    if (socket?.readyState === 1) socket.send(JSON.stringify({ type, article }));
  }

  const subscribe = (article) => say('subscribe', article);

  function add(article) {
    const entry = { counts: {}, shows: new Set() };
    shown.set(article, entry);
    // All counters of the page are there before anything is asked.
    if (fresh.push(article) === 1) setTimeout(() => ask().catch(() => {}).then(follow));
    if (shown.size <= FOLLOWED) subscribe(article);
    return entry;
  }

  return {
    /** Has `show` called with the counts of an article, and again with each change; returns how to end that. */
    join(article, show) {
      if (!shown.size) document.addEventListener('visibilitychange', follow);
      const { counts, shows } = shown.get(article) ?? add(article);
      shows.add(show);
      if ('views' in counts) show(counts);
      return () => {
        shows.delete(show);
        if (shows.size) return;
        shown.delete(article);
        say('unsubscribe', article);
        if (shown.size) return;
        document.removeEventListener('visibilitychange', follow);
        follow();
      };
    },
  };
}
