import { html, nothing } from 'lit-html';
import { icon } from '../thread/button-view.js';
import { problemLine } from './app-view.js';
import { time } from './card-view.js';
import { icons } from './icons.js';

/** The journal: a table that becomes cards on a phone. */
export function auditView(app) {
  const { audit, words } = app;
  const { entries, next, loading, problem } = audit;
  return html`<div class="sheet">
    <h2>${words.say('audit')}</h2>
    ${problemLine(app, problem, () => audit.open())}
    <ol class="rows">
      ${entries.map((entry) => entryView(app, entry))}
    </ol>
    ${!entries.length && !loading && !problem ? html`<p class="empty">${words.say('auditEmpty')}</p>` : nothing}
    ${loading ? html`<p class="loading">${words.say('loading')}</p>` : nothing}
    ${
      next
        ? html`<button type="button" class="second more" @click=${() => audit.more()}>${words.say('more')}</button>`
        : nothing
    }
    ${entries.length && audit.file ? html`<p><a href=${audit.file} download>${words.say('auditFile')}</a></p>` : nothing}
  </div>`;
}

function entryView(app, entry) {
  const { audit, words } = app;
  const { id, by, time: at, action, targets, reason, undoes } = entry;
  const key = `action_${action}`;
  const word = words.has(key) ? words.say(key) : action;
  const what = `${by.name} ${word}`;
  const undone = audit.isUndone(id);
  return html`<li class="row ${undone ? 'undone' : ''}">
    <p>
      <bdi class="author">${by.name}</bdi> ${undoes ? words.say('took', { what: undoneBy(app, entry) }) : word}
      ${undoes ? nothing : html`<span class="quiet">${targetsOf(app, entry)}</span>`}
      ${reason ? html`<q dir="auto">${reason}</q>` : nothing}
    </p>
    <p class="quiet">${time(app, at)}</p>
    ${
      undone
        ? html`<p class="quiet">${words.say('isUndone')}</p>`
        : mayUndo(app, action)
          ? html`<button type="button" class="act" aria-label=${words.say('undoThis', { name: what })} @click=${() => audit.undo(entry)}>
              ${icon(icons.undo)} <span>${words.say('undo')}</span>
            </button>`
          : nothing
    }
  </li>`;
}

/** What only owners do, only they take back; a site that was added stays. */
function mayUndo({ me, mayDecide }, action) {
  if (action === 'site') return false;
  return me.role === 'owner' || (mayDecide && (verdicts.test(action) || shared.has(action)));
}

/** In words what an entry took back; it may be further down than was read so far. */
function undoneBy(app, { undoes, targets }) {
  const entry = app.audit.entries.find(({ id }) => id === undoes);
  if (!entry) return targets.join(', ');
  const key = `action_${entry.action}`;
  const word = app.words.has(key) ? app.words.say(key) : entry.action;
  return entry.undoes ? word : `${word} ${targetsOf(app, entry)}`;
}

const shared = new Set(['undo', 'article', 'move', 'ban', 'unban']);

const verdicts = /^(approve|reject|spam|delete|restore|edit|(un)?pin|(un)?feature)$/;

function targetsOf({ words }, { action, targets }) {
  if (verdicts.test(action)) return words.say('targets', { n: targets.length });
  return targets.join(', ');
}
