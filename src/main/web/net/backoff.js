/**
 * How long to wait before try number `tries` (from 0), in milliseconds: doubling to half a minute,
 * and half of it by chance, so that a thousand pages do not come back in the same moment.
 */
export function backoff(tries) {
  const most = Math.min(30_000, 1000 * 2 ** tries);
  return most / 2 + (Math.random() * most) / 2;
}
