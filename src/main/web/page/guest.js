import { memberOf, signOut, turn } from './member.js';
import { forget, keep, recall } from './storage.js';

/**
 * Who this reader is to one site: the guest who came into being with their first comment. One who
 * votes before has no name yet, and no comment may be signed without one: that guest goes on
 * signing the votes, so that they can be changed and count once. While the page vouches for a
 * member, the member is who this reader is, and the guest waits.
 */
export function guestOf(place) {
  const { base, site } = place;
  const key = `afterword:guest:${base}:${site}`;
  const known = () => recall(key) ?? {};
  const who = () => memberOf(place) ?? known();
  return {
    get token() {
      return who().token;
    },
    get voter() {
      return who().voter ?? who().token;
    },
    get name() {
      return who().name;
    },
    get id() {
      return who().id;
    },
    become: (token, { name, id }) => keep(key, { ...known(), token, name, id }),
    becomeVoter: (voter) => keep(key, { ...known(), voter }),
    /** Forgets a token that the server does not know, unless another has taken its place. */
    refused(token) {
      const { token: mine, voter } = known();
      if (token === memberOf(place)?.token) signOut(place, 'expired');
      else if (token === mine || token === voter) {
        forget(key);
        turn(place);
      }
    },
  };
}
