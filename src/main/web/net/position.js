/** Positions are `EPOCH:REV`; REV grows by one with every numbered message of an article. */

/** How `position` follows the `last` one applied: 'next', 'old', or 'gap' if some are missing. */
export function compare(position, last) {
  const [epoch, revision] = split(position);
  const [lastEpoch, lastRevision] = split(last);
  if (epoch !== lastEpoch) return 'gap';
  if (revision <= lastRevision) return 'old';
  return revision === lastRevision + 1 ? 'next' : 'gap';
}

function split(position) {
  const [epoch, revision] = position.split(':');
  return [epoch, Number(revision)];
}
