import { apiOf } from '../net/api.js';
import { seen } from '../page/page.js';

/** Articles this page load has reported: one read is one report. */
const reported = new Set();

/**
 * Measures how long the page is visible, and how far the article above `element` is scrolled into
 * view. Reports both once, the first time that the page is hidden or the element taken away after
 * it was visible for a second. That may cut short a read that goes on later; but for phones a
 * hidden page is the last that is heard of most reads. Answers how to end it.
 */
export function measureReading(element, place) {
  // Nothing is measured of those who ask for that.
  if (navigator.doNotTrack === '1' || navigator.globalPrivacyControl) return () => {};
  const { base, site, article } = place;
  const key = `${base} ${site} ${article}`;
  const leaving = new AbortController();
  let visible = 0; // ms, without the time since `since`
  let since; // when the page was shown, while it is
  let end; // of the article, and the deepest that was seen, in pixels from the top of the page
  let deepest = 0;

  // Pictures that load move the end; what was seen of the page stays.
  const look = () => {
    end = element.getBoundingClientRect().top + scrollY;
    deepest = Math.max(deepest, scrollY + innerHeight);
  };

  const show = () => {
    since ??= performance.now();
    look();
  };

  const rest = () => {
    if (since == null) return;
    visible += performance.now() - since;
    since = null;
    if (visible < 1000 || reported.has(key)) return;
    const seconds = Math.min(3600, Math.round(visible / 1000));
    const depth = deepest < end ? Math.floor((100 * deepest) / end) : 100;
    if (apiOf(place).engagement(article, seconds, depth)) reported.add(key);
  };

  const hide = () => {
    look();
    rest();
  };

  seen().then(() => {
    if (leaving.signal.aborted) return;
    const options = { signal: leaving.signal, capture: true, passive: true };
    const turn = () => (document.visibilityState === 'hidden' ? hide() : show());
    document.addEventListener('visibilitychange', turn, options);
    document.addEventListener('scroll', look, options);
    addEventListener('pagehide', hide, options);
    show();
  });
  return () => {
    leaving.abort();
    rest();
  };
}
