import { Failure } from './failure.js';

/**
 * The HTTP contract as functions. `identity` signs: by `token` what is written, by `voter` votes
 * and reactions; and is told when one of these is `refused`.
 */
export function apiOf({ base, site }, identity, signal) {
  const root = `${base}/api/v1/${encodeURIComponent(site)}`;

  function at(path, query) {
    const url = new URL(root + path);
    for (const [name, value] of Object.entries(query)) {
      if (value != null) url.searchParams.set(name, value);
    }
    return url;
  }

  async function ask(path, query, options) {
    const url = at(path, query);
    let response;
    try {
      response = await fetch(url, { credentials: 'omit', ...options });
    } catch {
      throw new Failure(0);
    }
    if (!response.ok) throw await Failure.of(response);
    return response.status === 204 ? null : response.json();
  }

  const read = (path, query) => ask(path, query, { signal });

  // Not bound to the element's life: what was sent should arrive though the element is removed.
  async function send(method, path, { query = {}, body, token, headers = {} }) {
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body) headers['Content-Type'] = 'application/json';
    const options = { method, headers, signal: AbortSignal.timeout(20_000) };
    try {
      return await ask(path, query, { ...options, body: body && JSON.stringify(body) });
    } catch (failure) {
      if (token && failure.status === 401) identity.refused?.(token);
      throw failure;
    }
  }

  return {
    comments: (article, sort, after, size) =>
      read('/comments', { article, sort, after, ...size }),
    replies: (id, sort, after) => read(`/comments/${id}/replies`, { sort, after }),
    comment: (id) => read(`/comments/${id}`, {}),

    // No body and no header, so that a page on another origin pays no preflight for a view.
    view: (article) => ask('/views', { article }, { method: 'POST', keepalive: true }),

    // Outlives the page, and nobody waits for an answer. Says whether it will be sent.
    engagement: (article, seconds, depth) =>
      navigator.sendBeacon(at('/engagement', { article, seconds, depth })),

    post({ article, text, parent, name, key, openMs, trap }) {
      const { token } = identity;
      const headers = { 'Idempotency-Key': `"${key}"` };
      const body = { text, parent, author: token ? undefined : { name }, openMs, trap };
      return send('POST', '/comments', { query: { article }, body, token, headers });
    },

    edit: (id, text) =>
      send('PATCH', `/comments/${id}`, { body: { text }, token: identity.token }),

    remove: (id) => send('DELETE', `/comments/${id}`, { token: identity.token }),

    guest: () => send('POST', '/guests', {}),

    vote: (id, value) =>
      send('PUT', `/comments/${id}/vote`, { body: { value }, token: identity.voter }),

    react: (article, name, on) =>
      send(on ? 'PUT' : 'DELETE', `/reactions/${encodeURIComponent(name)}`, {
        query: { article },
        token: identity.voter,
      }),

    marks: (article) => send('GET', '/me', { query: { article }, token: identity.voter }),
  };
}
