import { apiOf } from '../net/api.js';

/**
 * Readers for whom the page vouches, by server and site: there a member is who they are, whatever
 * guest they were before. Kept in this module alone: a token that is in no storage is gone with
 * the page.
 */
const members = new Map();

/** The token that was given last, by the same key: an earlier one does not win by being slow. */
const latest = new Map();

const turns = new EventTarget();

const keyOf = ({ base, site }) => `${base} ${site}`;

/** `{ token, id, name }`, or undefined. */
export const memberOf = (place) => members.get(keyOf(place));

/** Calls `listen` whenever one reader takes the place of another, until `signal` aborts. */
export function eachTurn(place, listen, signal) {
  turns.addEventListener(keyOf(place), listen, { signal });
}

export function turn(place) {
  turns.dispatchEvent(new Event(keyOf(place)));
}

/**
 * Has the bearer of a token be the reader, once the server knows it. Answers whether they are; when
 * the server cannot be reached everything stays as it was.
 */
export async function signIn(place, token) {
  const key = keyOf(place);
  latest.set(key, token);
  const { article } = place;
  const answer = await apiOf(place).marks(article, token).catch((failure) => failure);
  if (latest.get(key) !== token) return false;
  const { author, status } = answer;
  if (status === 401) signOut(place, 'refused');
  if (!author) return false;
  const before = members.get(key);
  members.set(key, { ...author, token });
  if (before?.id !== author.id) turn(place);
  return true;
}

/**
 * Has the reader be the guest again. The reason: `logout`, a login was `refused`, or `expired`: the
 * server knew the token and does so no longer.
 */
export function signOut(place, reason) {
  const key = keyOf(place);
  // One that is on its way may take the place of one that is over.
  if (reason !== 'expired' || latest.get(key) === members.get(key).token) latest.delete(key);
  members.delete(key);
  turn(place);
  // On the document: it concerns every element of the page, and each would tell it again.
  const { base, site } = place;
  document.dispatchEvent(new CustomEvent('afterword:signed-out', { detail: { base, site, reason } }));
}
