const PAUSE = 4_000;

/**
 * Tells how many comments each queue has, again and again while somebody can see the page. The one
 * place that knows how news come to this page. Returns how to stop.
 */
export function followQueue(api, heard) {
  let timer;
  let stopped = false;

  async function ask() {
    clearTimeout(timer);
    if (document.visibilityState === 'visible') {
      try {
        const { counts } = await api.queue({ limit: 1 });
        if (!stopped) heard(counts);
      } catch {
        // What stands on the page stays good; the next answer will tell.
      }
    }
    if (!stopped) timer = setTimeout(ask, PAUSE);
  }

  const seen = () => document.visibilityState === 'visible' && ask();
  document.addEventListener('visibilitychange', seen);
  timer = setTimeout(ask, PAUSE);
  return () => {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', seen);
  };
}
