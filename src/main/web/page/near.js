/**
 * Calls `wake` once somebody may soon see the element: it is within a screen of what is seen, the
 * page is printed, or its address leads to a comment. Answers how to wait no longer.
 */
export function whenNear(element, wake) {
  const waiting = new AbortController();
  const near = new IntersectionObserver(
    (entries) => entries.some(({ isIntersecting }) => isIntersecting) && come(),
    { rootMargin: '100%' },
  );

  function stop() {
    near.disconnect();
    waiting.abort();
  }

  function come() {
    stop();
    wake();
  }

  const led = () => location.hash.startsWith('#aw-') && come();
  near.observe(element);
  addEventListener('beforeprint', come, waiting);
  addEventListener('hashchange', led, waiting);
  led();
  return stop;
}
