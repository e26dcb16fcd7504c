import { html, nothing } from 'lit-html';

/**
 * The one quiet line: "128 views · 14 comments · 3 reading now". That somebody writes takes the
 * place of how many read: the line is no longer for it, and nothing below it moves.
 */
export function countsView({ thread, words: { say } }) {
  const { views, readers, typist, conversation } = thread;
  const comments = conversation?.total;
  const counts = [
    views != null && ['views', views],
    comments > 0 && ['comments', comments],
    // "1 reading now" is only the reader of the line.
    typist ? ['writing'] : readers > 1 && ['reading', readers],
  ];
  const parts = counts
    .filter(Boolean)
    .map(([key, n]) => html`<span part=${key}>${say(key, { n })}</span>`);
  // It brings its own separator, for both come into view together, and late.
  const paused =
    conversation && (!thread.live || thread.degraded)
      ? html`<span class="paused">${parts.length ? ' · ' : nothing}${say('paused')}</span>`
      : nothing;
  return html`<p
    class="counts"
    part="counts"
    data-views=${views ?? nothing}
    data-comments=${comments ?? nothing}
    data-readers=${readers || nothing}
  >
    ${parts.map((part, index) => (index ? [' · ', part] : part))}${paused}
  </p>`;
}
