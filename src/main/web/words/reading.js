// By name, so that the build leaves out the words that only writing needs: see writing.js.
import {
  views, comments, reading, paused, thread, sort, newest, oldest, best, discussed, empty, more,
  moreReplies, fresh, loading, listFailed, moreFailed, again, unknownSite, closed, membersOnly,
  edited, new as unread, staff, deleted, pending, rejected, inReplyTo, inReplyToDeleted, reply,
  replyTo, edit, delete as remove, voteUp, voteDown, points, reactions, reaction_like,
  reaction_love, reaction_laugh, reaction_wow, reaction_sad, reaction_angry, fold, foldDeleted,
  folded, invite,
} from './en.json';

/** The English that a thread is read with. The rest comes with the script for writing. */
export default {
  views, comments, reading, paused, thread, sort, newest, oldest, best, discussed, empty, more,
  moreReplies, fresh, loading, listFailed, moreFailed, again, unknownSite, closed, membersOnly,
  edited, new: unread, staff, deleted, pending, rejected, inReplyTo, inReplyToDeleted, reply,
  replyTo, edit, delete: remove, voteUp, voteDown, points, reactions, reaction_like,
  reaction_love, reaction_laugh, reaction_wow, reaction_sad, reaction_angry, fold, foldDeleted,
  folded, invite,
};
