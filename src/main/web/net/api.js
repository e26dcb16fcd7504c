import { Failure } from './failure.js';

/** The HTTP contract as functions. `identity.token`, when there is one, signs the writes. */
export function apiOf({ base, site }, identity, signal) {
  const root = `${base}/api/v1/${encodeURIComponent(site)}`;

  async function ask(path, query, options = {}) {
    const url = new URL(root + path);
    for (const [name, value] of Object.entries(query)) {
      if (value != null) url.searchParams.set(name, value);
    }
    let response;
    try {
      response = await fetch(url, { credentials: 'omit', ...options });
    } catch {
      throw new Failure(0);
    }
    if (!response.ok) throw await Failure.of(response);
    return response.json();
  }

  return {
    comments: (article, sort, after) => ask('/comments', { article, sort, after }, { signal }),

    replies: (id, sort, after) => ask(`/comments/${id}/replies`, { sort, after }, { signal }),

    // No body and no header, so that a page on another origin pays no preflight for a view.
    view: (article) => ask('/views', { article }, { method: 'POST', keepalive: true }),

    // Not bound to the element's life: what was sent should arrive though the element is removed.
    post({ article, text, parent, name, key }) {
      const { token } = identity;
      const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': `"${key}"` };
      if (token) headers.Authorization = `Bearer ${token}`;
      return ask(
        '/comments',
        { article },
        {
          method: 'POST',
          headers,
          body: JSON.stringify({ text, parent, author: token ? undefined : { name } }),
          signal: AbortSignal.timeout(20_000),
        },
      );
    },
  };
}
