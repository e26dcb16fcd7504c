/** What can be decided about a comment, and what it becomes: the same rules as on the server. */

const states = {
  approve: 'visible',
  reject: 'rejected',
  spam: 'spam',
  delete: 'deleted',
  restore: 'visible',
};

const marks = {
  pin: { pinned: true },
  unpin: { pinned: false },
  feature: { featured: true },
  unfeature: { featured: false },
};

export function isPossible(verdict, { state, reports, settled }) {
  if (marks[verdict]) return state === 'visible';
  if (verdict === 'restore') return state === 'deleted';
  if (verdict === 'delete') return state !== 'deleted';
  if (state === 'deleted') return false;
  // To approve what is shown is to say that its reports are seen to.
  const open = verdict === 'approve' && reports.total > 0 && !settled;
  return open || state !== states[verdict];
}

export const isVerdict = (word) => word in states || word in marks;

/** What of a comment the verdict changes. */
export function outcome(verdict) {
  return marks[verdict] ?? { state: states[verdict] };
}

/** Whether a comment belongs to a queue. */
export function belongs(card, queue) {
  if (queue === 'all') return true;
  return queue === 'reported'
    ? card.state === 'visible' && card.reports.total > 0 && !card.settled
    : card.state === queue;
}
