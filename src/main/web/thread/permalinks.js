/** A comment's address is that of its page, with `#aw-` and its id. */

/** The id of the comment that an address names, if it names one. */
export function namedIn(address) {
  return /#aw-([\w-]{1,40})$/.exec(address)?.[1];
}

/**
 * Has the page's address name a comment: false when it does already, or belongs to a page that
 * finds its own way by what stands there.
 */
export function name(id) {
  const { hash } = location;
  if (/^#[!/]/.test(hash) || namedIn(hash) === id) return false;
  location.hash = `aw-${id}`;
  return true;
}

/**
 * Takes into a conversation what stands above a comment, and it, where the list has not come to
 * yet, each with the first of its replies. Resolves with the id that it has now, another one when
 * it was moved here; with nothing when it is a comment of another `article`.
 */
export async function readBranch(api, conversation, article, id) {
  const context = await api.context(id);
  if (context.article !== article) return;
  const branch = [...context.ancestors, context.comment];
  const { parent } = branch[0];
  // Of a very deep one the server tells the nearest hundred above it.
  if (parent && !conversation.byId.has(parent)) {
    await readBranch(api, conversation, article, parent);
  }
  for (const comment of branch) {
    if (conversation.byId.has(comment.id)) continue;
    const { comments, total, next } = await api.replies(comment.id, conversation.sort);
    conversation.graft({ ...comment, replies: { comments, total, next } });
  }
  return context.comment.id;
}
