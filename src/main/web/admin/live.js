import { backoff } from '../net/backoff.js';

/** How often is asked while nothing is told by itself, in milliseconds. */
const PAUSE = 4_000;

/** So many entries of the journal are looked through for what was missed. */
const MISSED = 50;

/**
 * Tells how much waits and what was decided, as long as somebody can see the page. The one place
 * that knows how news come to it: by WebSocket, and while there is none by asking again and again.
 * What was missed in between is in the journal. `hear` gets `queue` and `verdict` as the server has
 * them, and `missed` when there was too much. Resolves, once nothing after that is missed, with how
 * to stop.
 */
export async function followDesk(api, hear) {
  let socket = null;
  let hearing = false;
  let tries = 0;
  let next = 0;
  let timer;
  let stopped = false;
  let last = await api.audit(null, 1).then(latest, () => undefined);

  async function catchUp() {
    try {
      const [{ counts }, { entries }] = await Promise.all([
        api.queue({ limit: 1 }),
        api.audit(null, MISSED),
      ]);
      if (stopped) return;
      hear({ type: 'queue', counts });
      tellMissed(entries);
    } catch {
      // What stands on the page stays good; the next answer will tell.
    }
  }

  /** Of each comment the latest entry since then. */
  function tellMissed(entries) {
    const known = entries.findIndex(({ id }) => id === last);
    const missed = last === undefined ? [] : known < 0 ? entries : entries.slice(0, known);
    last = latest({ entries });
    if (missed.length === MISSED) hear({ type: 'missed' });
    const told = new Set();
    for (const { action: verdict, targets, by } of missed) {
      const ids = targets.filter((id) => !told.has(id));
      for (const id of ids) told.add(id);
      hear({ type: 'verdict', ids, verdict, by: by.name });
    }
  }

  function open() {
    const opened = api.live();
    socket = opened;
    opened.onmessage = ({ data }) => {
      if (opened !== socket) return;
      const message = JSON.parse(data);
      if (!hearing || message.type === 'restored') catchUp();
      hearing = true;
      tries = 0;
      hear(message);
    };
    opened.onclose = () => {
      if (opened !== socket) return;
      drop();
      next = Date.now() + backoff(tries++);
    };
  }

  function drop() {
    socket?.close();
    socket = null;
    hearing = false;
  }

  async function round() {
    clearTimeout(timer);
    if (!socket && Date.now() >= next) open();
    if (!hearing) await catchUp();
    clearTimeout(timer);
    if (!stopped && isSeen()) timer = setTimeout(round, PAUSE);
  }

  function turned() {
    if (isSeen()) {
      next = 0;
      round();
    } else {
      clearTimeout(timer);
      drop();
    }
  }

  document.addEventListener('visibilitychange', turned);
  turned();
  return () => {
    stopped = true;
    clearTimeout(timer);
    drop();
    document.removeEventListener('visibilitychange', turned);
  };
}

const isSeen = () => document.visibilityState === 'visible';

const latest = ({ entries }) => entries[0]?.id ?? '';
