/**
 * Every word a reader sees, in English. A language is a file like this one: plain data, so that a
 * translator needs no JavaScript. `{n}` is a number, other braces are names; an object holds the
 * plural forms that `Intl.PluralRules` tells apart.
 */
export const en = {
  views: { one: '{n} view', other: '{n} views' },
  comments: { one: '{n} comment', other: '{n} comments' },
  reading: { one: '{n} reading now', other: '{n} reading now' },
  paused: 'Live updates are paused.',

  thread: 'Comments',
  sort: 'Order of the comments',
  newest: 'Newest',
  oldest: 'Oldest',
  empty: 'No comments yet.',
  more: 'Show more comments',
  moreReplies: { one: 'Show {n} more reply', other: 'Show {n} more replies' },
  fresh: { one: '{n} new comment', other: '{n} new comments' },
  loading: 'The comments are on their way.',
  listFailed: 'The comments could not be loaded.',
  moreFailed: 'That could not be loaded.',
  again: 'Try again',
  unknownSite: 'The comments of this page are not set up yet.',
  closed: 'The discussion is closed.',
  membersOnly: 'Only members can write here.',

  edited: 'edited',
  staff: 'team',
  deleted: 'This comment was removed.',
  pending: 'Waiting for approval. Only you can see this.',
  inReplyTo: 'in reply to {name}',
  inReplyToRemoved: 'in reply to a removed comment',
  reply: 'Reply',
  replyTo: 'Reply to {name}',
  fold: 'Fold the replies to {name}',
  foldRemoved: 'Fold the replies',
  folded: { one: '{n} reply', other: '{n} replies' },

  invite: 'Add to the conversation…',
  yourComment: 'Your comment',
  yourReply: 'Your reply to {name}',
  name: 'Your name',
  as: 'as {name}',
  post: 'Post',
  posting: 'Posting…',
  waiting: 'Waiting…',
  cancel: 'Cancel',
  posted: 'Your comment is posted.',
  held: 'Your comment waits for approval.',
  left: { one: '{n} character left', other: '{n} characters left' },

  textMissing: 'A comment needs some text.',
  textLong: {
    one: 'That comment is too long by {n} character.',
    other: 'That comment is too long by {n} characters.',
  },
  nameMissing: 'A name to call you by is missing.',
  nameLong: {
    one: 'That name is too long by {n} character.',
    other: 'That name is too long by {n} characters.',
  },
  offline: 'You are offline. It will be sent when you are back.',
  unreachable: 'The server cannot be reached. It will be sent when it is back.',
  slowDown: {
    one: 'That was quick. You can send it in {n} second.',
    other: 'That was quick. You can send it in {n} seconds.',
  },
  nameForgotten: 'Your name is no longer known here. Fill it in and send again.',
  notAllowed: 'You can no longer write here.',
  parentGone: 'The comment you answer is no longer here.',
  alreadyPosted: 'An earlier version of this is already posted. Send again to post this one too.',
  failed: 'That did not work. It is kept here; try again in a moment.',
};
