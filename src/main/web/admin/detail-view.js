import { html, nothing } from 'lit-html';
import { unsafeHTML } from 'lit-html/directives/unsafe-html.js';
import { icon } from '../thread/button-view.js';
import { problemLine } from './app-view.js';
import {
  actionButton,
  byline,
  portrait,
  signs,
  stateWord,
  takeBack,
  time,
} from './card-view.js';
import { icons } from './icons.js';
import { askReason } from './keys.js';
import { isPossible } from './verdicts.js';

const verdicts = ['approve', 'restore', 'reject', 'spam', 'delete', 'pin', 'unpin', 'feature', 'unfeature'];

/** Beside the list where there is room, over it where there is none. */
export function detailView(app) {
  const { words, desk, detail } = app;
  const { card } = detail;
  return html`<aside class="detail ${detail.isOpen ? 'open' : ''}" aria-label=${words.say('detail')}>
    ${desk.last ? html`<p class="undo">${takeBack(app, desk.last)}</p>` : nothing}
    ${card ? commentView(app, card) : html`<p class="empty">${words.say('pick')}</p>`}
  </aside>`;
}

function commentView(app, card) {
  const { words, detail } = app;
  const { say } = words;
  const back = () => {
    detail.close();
    app.reached();
  };
  return html`<button type="button" class="word back" @click=${back}>${icon(icons.back)} ${say('back')}</button>
    <h2 tabindex="-1">${card.title || card.article}</h2>
    <p class="links">
      <button type="button" class="word" @click=${() => app.refine({ article: card.article, state: 'all' })}>${say('onlyArticle')}</button>
      ${
        card.url && card.state === 'visible'
          ? html`<a href=${card.url} target="_blank" rel="noopener noreferrer">${say('onPage')}</a>`
          : nothing
      }
    </p>
    ${contextView(app, card)}
    <div class="whole">
      ${portrait(card.author)} ${byline(app, { ...card, id: `${card.id}-whole`, title: ' ', article: '' })}
      <div class="text" dir="auto">${unsafeHTML(card.html)}</div>
      ${signs(app, card)}
      ${card.decided ? html`<p class="quiet">${say('decidedBy', { name: card.decided.by })}</p>` : nothing}
      ${actionsView(app, card)}
    </div>
    ${notesView(app, card)} ${card.edited ? revisionsView(app, card) : nothing} ${historyView(app, card)}`;
}

function actionsView(app, card) {
  if (!app.mayDecide) return nothing;
  const { desk, words } = app;
  const possible = verdicts.filter((verdict) => isPossible(verdict, card) && !isMoot(verdict, card));
  const because = async () => {
    app.detail.close();
    desk.selected.none();
    await askReason(app, desk);
  };
  return html`<div class="acts">
    ${possible.map((verdict) => actionButton(app, verdict, () => desk.decide(verdict, { cards: [card] })))}
    ${
      isPossible('reject', card)
        ? html`<button type="button" class="act" @click=${because}>
            ${icon(icons.note)} <span>${words.say('because')}</span>
          </button>`
        : nothing
    }
  </div>`;
}

const isMoot = (verdict, { pinned, featured }) =>
  (verdict === 'pin' && pinned) ||
  (verdict === 'unpin' && !pinned) ||
  (verdict === 'feature' && featured) ||
  (verdict === 'unfeature' && !featured);

/** What it answers, the nearest last. */
function contextView(app, card) {
  const { words, detail } = app;
  if (!card.parent) return html`<p class="quiet">${words.say('startsThread')}</p>`;
  const { loading, found } = detail.contexts.get(card.parent) ?? { loading: true };
  if (loading) return html`<p class="quiet">${words.say('inAnswerTo')} …</p>`;
  if (!found) return html`<p class="quiet">${words.say('parentHidden')}</p>`;
  return html`<section class="context" aria-label=${words.say('inAnswerTo')}>
    <h3>${words.say('inAnswerTo')}</h3>
    <ol>
      ${found.map(
        (one) =>
          html`<li>
            <p class="by">
              <bdi class="author">${one.author?.name ?? words.say('isDeleted')}</bdi>
              ${time(app, one.created)}
            </p>
            ${one.html ? html`<div class="text" dir="auto">${unsafeHTML(one.html)}</div>` : nothing}
          </li>`,
      )}
    </ol>
  </section>`;
}

function notesView({ words }, { reports }) {
  if (!reports.notes.length) return nothing;
  return html`<section>
    <h3>${words.say('notes')}</h3>
    <ul class="notes">${reports.notes.map((note) => html`<li dir="auto">${note}</li>`)}</ul>
  </section>`;
}

function revisionsView(app, { id }) {
  const { words, detail } = app;
  const { found, problem } = detail.revisions.get(id) ?? {};
  return html`<section>
    <h3>${words.say('before')}</h3>
    ${
      found
        ? html`<ol class="revisions" tabindex="-1">
            ${found.map((one) => html`<li><p class="by">${time(app, one.since)}</p><p class="source" dir="auto">${one.text}</p></li>`)}
          </ol>`
        : html`<button type="button" class="word" @click=${() => detail.showRevisions()}>${words.say('showBefore')}</button>`
    }
    ${problemLine(app, problem)}
  </section>`;
}

/** To keep somebody from writing is a decision about a person, and asks once more. */
function banView(app, { id, name, kind }) {
  const { words, detail, mayDecide } = app;
  const { say } = words;
  if (!mayDecide || kind === 'staff') return nothing;
  const act = (word, click) => html`<button type="button" class="act" @click=${click}>${say(word)}</button>`;
  const choice = (how, word) =>
    html`<label class="check"
      ><input
        type="checkbox"
        .checked=${Boolean(detail.banHow[how])}
        @change=${({ target }) => detail.choose(how, target.checked)}
      />
      ${say(word)}</label
    >`;
  const { removal } = detail;
  const ban = detail.banned.get(id);
  if (ban) {
    const until = ban.until && say('bannedUntil', { day: words.exactly(new Date(ban.until)) });
    return html`${removal ? html`<p class="quiet">${say('removing', removal)}</p>` : nothing}
      <p class="ban">
        ${say(ban.network ? 'bannedNetwork' : 'banned', { name })} ${until} ${act('unban', () => detail.unban())}
      </p>`;
  }
  return html`${problemLine(app, detail.problem)}
    ${
      detail.asksBan
        ? html`<div class="ban" role="group" aria-label=${say('banHow', { name })}>
            <span>${say('banHow', { name })}</span>
            ${choice('network', 'banNetwork')} ${choice('removeComments', 'banRemoves')} ${choice('shadow', 'banShadow')}
            ${act('banWeek', () => detail.ban(7))} ${act('banMonth', () => detail.ban(30))}
            ${act('banAlways', () => detail.ban(0))} ${act('cancel', () => detail.askBan(false))}
          </div>`
        : html`<p class="ban">${act('ban', () => detail.askBan(true))}</p>`
    }`;
}

/** The author's other comments, asked for by hand: most decisions need none of them. */
function historyView(app, { id, author }) {
  const { words, detail } = app;
  const { say } = words;
  const { found, loading, problem } = detail.histories.get(author.id) ?? {};
  const others = found?.filter((one) => one.id !== id) ?? [];
  const all = () => app.refine({ state: 'all', author: author.id, name: author.name, article: '', q: '' });
  return html`<section class="history" tabindex="-1">
    <h3>${say('historyOf', { name: author.name })}</h3>
    ${
      detail.wantsHistory || found
        ? nothing
        : html`<button type="button" class="word" @click=${() => detail.showHistory()}>
            ${say('showHistory')} <kbd aria-hidden="true">h</kbd>
          </button>`
    }
    ${loading ? html`<p class="quiet">${say('loading')}</p>` : nothing} ${problemLine(app, problem)}
    ${found && !others.length ? html`<p class="quiet">${say('nothingElse')}</p>` : nothing}
    ${
      others.length
        ? html`<ol>
              ${others.map(
                (one) =>
                  html`<li>
                    <p class="by">
                      <span class="sign ${one.state}">${icon(icons[one.state])} ${say(stateWord(one.state))}</span>
                      ${time(app, one.created)} <bdi class="on">${one.title || one.article}</bdi>
                    </p>
                    <div class="text" dir="auto">${unsafeHTML(one.html)}</div>
                  </li>`,
              )}
            </ol>
            <button type="button" class="word" @click=${all}>${say('onlyAuthor')}</button>`
        : nothing
    }
    ${banView(app, author)}
  </section>`;
}
