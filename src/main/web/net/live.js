import { backoff } from './backoff.js';

/** Closed for a reason that trying again will not mend. */
const final = new Set([1008, 4000]);

/** Closed because of whose token was said: without it the page may go on listening. */
const refused = new Set([4401, 4403]);

/** For how long a hidden page goes on listening: it may be looked at again soon. */
const DOZE = 60_000;

/** How long a way may stay silent at first: a proxy may swallow what it does not know. */
const SILENCE = 10_000;

const POLL = 15_000;

/** Then the better ways are tried again. */
const POLLS = 20;

/**
 * Follows one article: hands over every message in order and comes back after each loss with the
 * last position, so that the server fills the gap or says `reset`. By WebSocket, else by
 * server-sent events, else by asking now and then: a way that was silent twice is left for the
 * next. A page that is hidden for long sleeps, and catches up when it is seen again. Returns how to
 * `stop`, and how to tell others that somebody writes.
 *
 * `position()` is asked at each connection: the caller knows what it has really applied.
 */
export function follow({ base, site, article, position, receive, connected }) {
  const root = `${base}/api/v1/${encodeURIComponent(site)}`;
  const live = () => `${root}/live?${new URLSearchParams({ article, since: position() })}`;
  let leave;
  let timer;
  let tries = 0;
  let way = 0;
  let silences = 0;
  let stopped = false;
  let dozing;
  let line; // the socket
  let said; // the token that was said on it
  let muted; // one that is not said again

  // Each begins one connection and returns how to end it; afterwards it is not heard any more.

  function socket(heard, lost) {
    const opened = new WebSocket(live().replace('http', 'ws'), 'afterword.v1');
    opened.onmessage = ({ data }) => heard(JSON.parse(data));
    opened.onclose = ({ code }) => lost(code);
    [line, said] = [opened, null];
    return () => opened.close(1000);
  }

  function events(heard, lost) {
    const opened = new EventSource(live());
    opened.onmessage = ({ data }) => heard(JSON.parse(data));
    // The browser would come back with what it has heard, not with what was applied.
    opened.onerror = () => lost();
    return () => opened.close();
  }

  function polls(heard, lost) {
    let next;
    let left = POLLS;
    let ended = false;
    const ask = async () => {
      try {
        const answer = await fetch(`${root}/article?${new URLSearchParams({ article })}`, {
          credentials: 'omit',
          signal: AbortSignal.timeout(SILENCE),
        });
        if (!answer.ok) throw answer;
        const { views, readers, position: at } = await answer.json();
        if (ended) return;
        heard([
          { type: 'views', views },
          { type: 'readers', readers },
          at === position() ? [] : { type: 'reset', article, position: at },
        ]);
        if (--left) next = setTimeout(ask, POLL);
        else lost();
      } catch {
        lost();
      }
    };
    ask();
    return () => {
      ended = true;
      clearTimeout(next);
    };
  }

  const ways = [socket, events, polls];

  function open() {
    leave?.();
    clearTimeout(timer);
    let current = true;
    let silent = true;
    const lost = (code) => {
      if (!current) return;
      leave();
      if (refused.has(code)) muted = said;
      connected(false);
      silences = silent && navigator.onLine ? silences + 1 : 0;
      if (silences === 2 || (!silent && way === 2)) {
        way = (way + 1) % ways.length;
        silences = tries = 0;
      }
      if (!stopped && !final.has(code))
        timer = setTimeout(open, backoff(code === 4429 ? 5 : tries++));
    };
    const heard = (messages) => {
      if (!current) return;
      if (silent) clearTimeout(timer);
      silent = false;
      tries = 0;
      connected(true);
      [messages].flat(2).forEach(receive);
    };
    timer = setTimeout(lost, SILENCE);
    const end = ways[way](heard, lost);
    leave = () => {
      current = false;
      leave = null;
      clearTimeout(timer);
      end();
    };
  }

  const drop = () => (leave ? leave() : clearTimeout(timer));
  const wake = () => document.hidden || leave || open();
  const turn = () => {
    clearTimeout(dozing);
    if (document.hidden) dozing = setTimeout(drop, DOZE);
    wake();
  };
  // A page with an open socket cannot be kept for the back button.
  const restored = ({ persisted }) => persisted && wake();
  const listening = new AbortController();
  document.addEventListener('visibilitychange', turn, listening);
  addEventListener('online', wake, listening);
  addEventListener('pagehide', drop, listening);
  addEventListener('pageshow', restored, listening);
  open();
  turn();

  return {
    stop() {
      stopped = true;
      listening.abort();
      clearTimeout(dozing);
      drop();
    },

    /** Only a socket carries that, and only for somebody: others are told whose `token` it is. */
    typing(token) {
      if (token === muted || line?.readyState !== WebSocket.OPEN) return;
      if (token !== said) line.send(JSON.stringify({ type: 'auth', token }));
      said = token;
      line.send(JSON.stringify({ type: 'typing', article }));
    },
  };
}
