import { forget, keep, recall } from '../thread/kit.js';

/** Where the drafts of an article are kept; the id of what is answered follows, if any. */
export const draftsAt = ({ base, site, article }) => `afterword:draft:${base}:${site}:${article}:`;

/**
 * What is being written, kept over a reload. Each draft has one Idempotency-Key from its first
 * letter until it is posted, so that sending it twice, even after a reload, posts it once.
 */
export function draftsOf(place) {
  const at = (parent) => draftsAt(place) + (parent ?? '');
  return {
    open: (parent) => ({ text: '', name: '', key: newKey(), ...recall(at(parent)) }),
    save(parent, { text, name, key }) {
      if (text) keep(at(parent), { text, name, key });
      else forget(at(parent));
    },
    /** Unless another tab has written one there since. */
    drop(parent, key) {
      if (recall(at(parent))?.key === key) forget(at(parent));
    },
  };
}

/** `randomUUID` is missing on plain-HTTP pages; an unguessable key must not be. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
