import { forget, keep, recall } from './storage.js';

/**
 * Who this reader is to one site: the guest who came into being with their first comment. One who
 * votes before has no name yet, and no comment may be signed without one: that guest goes on
 * signing the votes, so that they can be changed and count once.
 */
export function guestOf({ base, site }) {
  const key = `afterword:guest:${base}:${site}`;
  const known = () => recall(key) ?? {};
  return {
    get token() {
      return known().token;
    },
    get voter() {
      return known().voter ?? known().token;
    },
    get name() {
      return known().name;
    },
    get id() {
      return known().id;
    },
    become: (token, { name, id }) => keep(key, { ...known(), token, name, id }),
    becomeVoter: (voter) => keep(key, { ...known(), voter }),
    forget: () => forget(key),
  };
}
