/** One timer for all relative times of the page; it runs only while somebody listens. */
const listeners = new Set();
let timer;

export function eachMinute(listener) {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach((listen) => listen()), 60_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) timer = void clearInterval(timer);
  };
}
