import { Failure } from '../net/failure.js';

const TRIES = 3;

/**
 * What staff may ask of the server about one site. The session's cookie says who asks; `key.token`
 * does where a browser keeps no cookie. `over` hears that neither is good any more.
 */
export function staffApi(site, key, over) {
  const root = new URL(`api/v1/${encodeURIComponent(site)}/`, document.baseURI);

  /** Resolves with the answer; whatever comes instead of one is a `Failure`. */
  async function once(method, path, { query = {}, body, headers = {} }) {
    const url = new URL(path, root);
    for (const [name, value] of Object.entries(query)) {
      if (value) url.searchParams.set(name, value);
    }
    if (key.token) headers.Authorization = `Bearer ${key.token}`;
    if (body) headers['Content-Type'] = 'application/json';
    let response;
    try {
      response = await fetch(url, {
        method,
        headers,
        credentials: 'same-origin',
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(20_000),
      });
    } catch {
      throw new Failure(0);
    }
    if (!response.ok) throw await Failure.of(response);
    if (response.status === 204) return null;
    try {
      return await response.json();
    } catch {
      // Cut off on its way, it is no answer.
      throw new Failure(0);
    }
  }

  async function ask(...what) {
    try {
      return await once(...what);
    } catch (failure) {
      if (failure.status === 401) over();
      throw failure;
    }
  }

  const read = (path, query) => ask('GET', path, { query });

  /** Sent again under the same key when nobody knows whether it arrived. */
  async function write(method, path, what = {}) {
    const headers = { 'Idempotency-Key': `"${crypto.randomUUID()}"` };
    for (let left = TRIES - 1; ; left--) {
      try {
        return await ask(method, path, { ...what, headers });
      } catch (failure) {
        if (!failure.passing || !left) throw failure;
        await new Promise((resolve) => setTimeout(resolve, 700));
      }
    }
  }

  return {
    /** Without a look at what a failure means: nobody is signed in yet. */
    begin: (token) => once('POST', 'admin/session', { body: { token } }),
    end: () => once('DELETE', 'admin/session', {}),
    me: () => once('GET', 'admin/me', {}),

    /** Those that a token is for, which a session cannot tell. */
    async sites(token) {
      const headers = { Authorization: `Bearer ${token}` };
      const response = await fetch(new URL('../sites', root), { headers, credentials: 'omit' });
      if (!response.ok) throw await Failure.of(response);
      return response.json();
    },

    live() {
      const url = new URL('admin/live', root).href.replace('http', 'ws');
      const bearer = key.token ? [`afterword.bearer.${key.token}`] : [];
      return new WebSocket(url, ['afterword.v1', ...bearer]);
    },

    queue: (query) => read('admin/queue', query),
    decide: (body) => write('POST', 'admin/verdicts', { body }),
    undo: (entry) => write('POST', `admin/verdicts/${encodeURIComponent(entry)}/undo`),
    context: (id) => read(`comments/${id}`, { context: true }),
    revisions: (id) => read(`admin/comments/${id}/revisions`),
    bans: () => read('admin/bans'),
    ban: (author, body) => write('PUT', `admin/bans/${encodeURIComponent(author)}`, { body }),
    job: (id) => read(`admin/jobs/${encodeURIComponent(id)}`),
    unban: (author) => write('DELETE', `admin/bans/${encodeURIComponent(author)}`),
    /** Where a browser finds all of the journal; only the cookie can ask for it there. */
    auditFile: () => (key.token ? null : new URL('admin/audit.ndjson', root).href),
    audit: (after, limit) => read('admin/audit', { after, limit }),
    stats: () => read('admin/stats'),

    articles: (q, after) => read('admin/articles', { q, after }),
    article: (article) => read('article', { article }),
    changeArticle: (article, body) => write('PATCH', 'admin/article', { query: { article }, body }),

    moveArticle: (from, to) => write('POST', 'admin/articles/move', { body: { from, to } }),

    settings: () => read('admin/settings'),
    changeSettings: (body) => write('PUT', 'admin/settings', { body }),
    staff: () => read('admin/staff'),
    addStaff: (body) => write('POST', 'admin/staff', { body }),
    revokeStaff: (id) => write('DELETE', `admin/staff/${encodeURIComponent(id)}`),
  };
}
