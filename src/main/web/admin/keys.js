/** What each key does in the queue; the help dialog shows the same table. */
export const table = [
  ['next', ['j', 'k']],
  ['approve', ['a']],
  ['reject', ['r']],
  ['because', ['Shift+R']],
  ['spam', ['s']],
  ['delete', ['d']],
  ['undo', ['u']],
  ['select', ['x']],
  ['extend', ['Shift+J', 'Shift+K']],
  ['pin', ['p']],
  ['open', ['Enter']],
  ['history', ['h']],
  ['search', ['/']],
  ['close', ['Esc']],
  ['help', ['?']],
];

export function commandsOf(app) {
  const queue = (command) => () => app.page === 'queue' && (command(app.desk), true);
  const decide = (verdict) =>
    queue((desk) => (app.mayDecide ? desk.decide(verdict) : app.say('mayNot')));
  return {
    j: queue((desk) => desk.step(1)),
    k: queue((desk) => desk.step(-1)),
    J: queue((desk) => desk.step(1, { extend: true })),
    K: queue((desk) => desk.step(-1, { extend: true })),
    x: queue((desk) => desk.current && desk.selected.toggle(desk.current)),
    a: queue((desk) => decideOrRestore(app, desk)),
    r: decide('reject'),
    s: decide('spam'),
    d: decide('delete'),
    u: queue((desk) => app.mayDecide && desk.undo()),
    R: queue((desk) => app.mayDecide && askReason(app, desk)),
    p: queue((desk) => app.mayDecide && desk.decide(desk.card?.pinned ? 'unpin' : 'pin')),
    h: queue(() => app.detail.open({ history: true })),
    '/': queue(() => app.focus('[name=q]')),
    '?': () => {
      app.root.querySelector('dialog.help')?.showModal();
      return true;
    },
    Enter: queue(() => app.detail.open()),
    Escape: () => escape(app),
  };
}

function decideOrRestore(app, desk) {
  if (!app.mayDecide) app.say('mayNot');
  else desk.decide(desk.card?.state === 'deleted' && !desk.selected.size ? 'restore' : 'approve');
}

/** The field stands at the card, or in the bar of the selection. */
export async function askReason(app, desk) {
  if (!desk.targets.length) return;
  desk.reasonAt = desk.selected.size ? 'selection' : desk.current;
  await app.changed();
  app.focus('[name=reason]');
}

/** Lets go of the innermost thing first. */
function escape(app) {
  const { desk, detail } = app;
  if (app.page !== 'queue') return false;
  const active = document.activeElement;
  if (desk.reasonAt) desk.reasonAt = null;
  else if (detail.isOpen) detail.close();
  else if (!active?.matches('input')) desk.selected.none();
  active?.blur();
  app.reached();
  return true;
}

/**
 * Single keys work anywhere but where one writes; a person may turn them off, because speech and
 * screen readers send letters of their own.
 */
export function listenToKeys(app, commands) {
  document.addEventListener('keydown', (event) => {
    const { key, target } = event;
    if (!app.me || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector('dialog[open]')) return;
    const writes = target.matches('input:not([type=checkbox]), textarea, select');
    if (writes && key !== 'Escape') return;
    if (key.length === 1 && !app.keys) return;
    // A key that is held down goes through the list, and decides about one.
    if (event.repeat && !'jkJK'.includes(key)) return;
    // A card takes Enter; buttons and links have their own use for it.
    if (key === 'Enter' && !target.matches('.card')) return;
    if (Object.hasOwn(commands, key) && commands[key]()) event.preventDefault();
  });
}
