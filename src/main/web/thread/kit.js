/**
 * What the script for writing takes from the one for reading that loaded it, rather than have it
 * twice: a page knows one lit, and one memory.
 */
export let html, nothing, unsafeHTML, buttonView, backoff, recall, keep, forget;

export function take(kit) {
  ({ html, nothing, unsafeHTML, buttonView, backoff, recall, keep, forget } = kit);
}
