import { backoff } from './backoff.js';

/** Closed for a reason that trying again will not mend. */
const final = new Set([1008, 4000, 4401, 4403]);

/**
 * Follows one article: hands over every message in order and comes back after each loss with the
 * last position, so that the server fills the gap or says `reset`. Returns the way to stop.
 *
 * `position()` is asked at each connection: the caller knows what it has really applied.
 */
export function follow({ base, site, article, position, receive, connected }) {
  const url = new URL(`${base}/api/v1/${encodeURIComponent(site)}/live`);
  url.protocol = url.protocol.replace('http', 'ws');
  let socket;
  let timer;
  let tries = 0;
  let stopped = false;

  function open() {
    clearTimeout(timer);
    url.search = new URLSearchParams({ article, since: position() });
    const opened = new WebSocket(url, 'afterword.v1');
    socket = opened;
    opened.onmessage = ({ data }) => {
      if (socket !== opened) return;
      tries = 0;
      connected(true);
      [JSON.parse(data)].flat().forEach(receive);
    };
    opened.onclose = ({ code }) => {
      if (socket !== opened) return;
      socket = null;
      connected(false);
      if (!stopped && !final.has(code))
        timer = setTimeout(open, backoff(code === 4429 ? 5 : tries++));
    };
  }

  function drop() {
    const dropped = socket;
    socket = null;
    clearTimeout(timer);
    dropped?.close(1000);
  }

  const online = () => socket ?? open();
  // A page with an open socket cannot be kept for the back button.
  const restored = ({ persisted }) => persisted && open();
  addEventListener('online', online);
  addEventListener('pagehide', drop);
  addEventListener('pageshow', restored);
  open();

  return () => {
    stopped = true;
    removeEventListener('online', online);
    removeEventListener('pagehide', drop);
    removeEventListener('pageshow', restored);
    drop();
  };
}
