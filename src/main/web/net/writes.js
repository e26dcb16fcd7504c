import { Failure } from './failure.js';

/**
 * What changes something on the server, as functions. `identity` signs: by `token` what is written,
 * by `voter` votes, reactions and reports; and is told when one of these is `refused`. An answer
 * that cannot be read, as of a proxy, counts as none.
 */
export function writesOf({ base, site }, identity) {
  const root = `${base}/api/v1/${encodeURIComponent(site)}`;

  // Not bound to the element's life: what was sent should arrive though the element is removed.
  async function send(method, path, { query, body, token, headers = {}, keepalive }) {
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body) headers['Content-Type'] = 'application/json';
    const response = await fetch(`${root}${path}${query ? `?${new URLSearchParams(query)}` : ''}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
      credentials: 'omit',
      keepalive,
      signal: AbortSignal.timeout(20_000),
    }).catch(lost);
    if (token && response.status === 401) identity.refused(token);
    if (!response.ok) throw await Failure.of(response);
    // 202 and 204 may have nothing to say.
    const read = (text) => (text || response.status < 202 ? JSON.parse(text) : null);
    return response.text().then(read).catch(lost);
  }

  return {
    /** With its source text, which lists and messages have not. */
    comment: (id) => send('GET', `/comments/${id}`, {}),

    post({ article, text, parent, name, key, openMs, trap }) {
      const { token } = identity;
      const headers = { 'Idempotency-Key': `"${key}"` };
      const body = { text, parent, author: token ? undefined : { name }, openMs, trap };
      return send('POST', '/comments', { query: { article }, body, token, headers });
    },

    edit: (id, text) =>
      send('PATCH', `/comments/${id}`, { body: { text }, token: identity.token }),

    // Sent when the page is left as well, so it outlives it.
    remove: (id, token) => send('DELETE', `/comments/${id}`, { token, keepalive: true }),

    preview: (text) => send('POST', '/preview', { body: { text } }),

    guest: () => send('POST', '/guests', {}),

    vote: (id, value) =>
      send('PUT', `/comments/${id}/vote`, { body: { value }, token: identity.voter }),

    react: (article, name, on) =>
      send(on ? 'PUT' : 'DELETE', `/reactions/${encodeURIComponent(name)}`, {
        query: { article },
        token: identity.voter,
      }),

    report: (id, reason, note) =>
      send('POST', `/comments/${id}/reports`, { body: { reason, note }, token: identity.voter }),
  };
}

function lost() {
  throw new Failure(0);
}
