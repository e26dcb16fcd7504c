import { forget, keep, recall } from './storage.js';

/** Who this reader is to one site: the guest token that came with their first comment. */
export function guestOf({ base, site }) {
  const key = `afterword:guest:${base}:${site}`;
  return {
    get token() {
      return recall(key)?.token ?? null;
    },
    get name() {
      return recall(key)?.name ?? null;
    },
    become: (token, author) => keep(key, { token, name: author.name }),
    forget: () => forget(key),
  };
}
