/** What the host page tells about itself: where the server is, which site, which article. */

/**
 * The server's base URL, from where this script came. A versioned script lies deeper
 * (`/v/{hash}/embed.js`) and belongs to the same server.
 */
export function serverOf(script) {
  return script.replace(/(\/v\/[^/?#]+)?\/[^/?#]*([?#].*)?$/, '');
}

/** The `data-site` of the tag that loaded this module; modules have no `currentScript`. */
export function siteOf(script) {
  const tags = [...document.querySelectorAll('script[data-site]')];
  return tags.find(({ src }) => src === script)?.dataset.site;
}

export function articleOf() {
  return document.querySelector('link[rel~="canonical"]')?.href || location.pathname;
}

export function localeOf(element) {
  return (
    element.closest('[lang]')?.lang || document.documentElement.lang || navigator.language
  );
}

/** Resolves once a person can see the page: a prerendered or background tab is not a view. */
export async function seen() {
  if (document.prerendering) await once('prerenderingchange');
  while (document.visibilityState === 'hidden') await once('visibilitychange');
}

function once(event) {
  return new Promise((resolve) => document.addEventListener(event, resolve, { once: true }));
}
