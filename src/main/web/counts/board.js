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
  /** What the page calls an article -> its key, as far as that is known, its counts, and who shows them. */
  const shown = new Map();
  const fresh = [];
  let socket;
  let timer;
  let tries = 0;

  async function ask() {
    const all = fresh.splice(0);
    while (all.length) {
      const query = new URLSearchParams(all.splice(0, ASKED).map((one) => ['article', one]));
      const answer = await fetch(`${root}/counts?${query}`);
      if (!answer.ok) return;
      const { counts } = await answer.json();
      for (const article in counts) hear({ article, ...counts[article] });
    }
  }

  /** Each number as it is now, then each change. A hidden page has no socket. */
  function follow() {
    clearTimeout(timer);
    if (!shown.size || document.hidden) socket = socket?.close();
    else socket ||= open();
  }

  function open() {
    const opened = new WebSocket(`${root}/live`.replace('http', 'ws'), 'afterword.v1');
    // By the page's own names: what one led to before may be another article now.
    opened.onopen = () =>
      [...shown]
        .slice(0, FOLLOWED)
        .forEach(([key, entry]) => say('subscribe', (entry.key = key)));
    opened.onmessage = ({ data }) => {
      tries = 0;
      [JSON.parse(data)].flat().forEach(hear);
    };
    opened.onclose = () => {
      if (socket !== opened) return;
      socket = null;
      timer = setTimeout(follow, backoff(tries++));
    };
    return opened;
  }

  /** The page may have several names for one article. */
  function hear({ type, article, requested, to, ...news }) {
    const step = { 'comment.created': 1, 'comment.removed': -1 }[type];
    // The next socket is told all numbers as they are.
    if (type === 'reset') socket.close();
    for (const entry of shown.values()) {
      if (![article, requested].includes(entry.key)) continue;
      entry.key = to || article;
      if (step) news.comments = entry.counts.comments + step;
      else if (!('views' in news)) continue;
      Object.assign(entry.counts, news);
      for (const show of entry.shows) show(entry.counts);
    }
  }

  function say(type, article) {
    if (socket?.readyState) socket.send(JSON.stringify({ type, article }));
  }

  function add(article) {
    const entry = { key: article, counts: {}, shows: new Set() };
    shown.set(article, entry);
    // All counters of the page are there before anything is asked.
    if (fresh.push(article) === 1) setTimeout(() => ask().catch(() => {}).then(follow));
    if (shown.size <= FOLLOWED) say('subscribe', article);
    return entry;
  }

  /** Has `show` called with the counts of an article, and again with each change; returns how to end that. */
  return (article, show) => {
    if (!shown.size) document.addEventListener('visibilitychange', follow);
    const entry = shown.get(article) ?? add(article);
    const { shows, counts } = entry;
    shows.add(show);
    if ('views' in counts) show(counts);
    return () => {
      shows.delete(show);
      if (shows.size) return;
      shown.delete(article);
      for (const { key } of shown.values()) if (key === entry.key) return;
      say('unsubscribe', entry.key);
      if (shown.size) return;
      document.removeEventListener('visibilitychange', follow);
      follow();
    };
  };
}
