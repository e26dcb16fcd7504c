/**
 * What a thread that is read asks the server, as functions. `identity` is told when its token is
 * `refused`.
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

  /**
   * Fails with the `status` of the answer, if there was one. A connection that is gone without a word
   * is not waited for.
   */
  async function ask(path, query, options) {
    const limit = AbortSignal.timeout(30_000);
    const end = signal ? (AbortSignal.any?.([signal, limit]) ?? signal) : limit;
    const answer = await fetch(at(path, query), { credentials: 'omit', signal: end, ...options });
    if (!answer.ok) throw Object.assign(new Error('not ok'), { status: answer.status });
    return answer.json();
  }

  return {
    comments: (article, sort, after, size) =>
      ask('/comments', { article, sort, after, ...size }),
    // Of the orders of a list, replies have two.
    replies: (id, sort, after) =>
      ask(`/comments/${id}/replies`, { sort: sort === 'best' ? sort : null, after }),
    context: (id) => ask(`/comments/${id}`, { context: true }),

    // No body and no header, so that a page on another origin pays no preflight for a view. The view
    // is the page's, and is not called off with the element.
    view: (article) =>
      ask('/views', { article }, { method: 'POST', keepalive: true, signal: undefined }),

    // Outlives the page, and nobody waits for an answer. Says whether it will be sent.
    engagement: (article, seconds, depth) =>
      navigator.sendBeacon(at('/engagement', { article, seconds, depth })),

    async marks(article, token) {
      const headers = { Authorization: `Bearer ${token}` };
      try {
        return await ask('/me', { article }, { headers });
      } catch (failure) {
        if (failure.status === 401) identity?.refused(token);
        throw failure;
      }
    },
  };
}
