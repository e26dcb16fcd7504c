import { html, nothing } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { icon } from '../thread/button-view.js';
import { problemLine } from './app-view.js';
import { actionButton, cardView, reasonForm, takeBack } from './card-view.js';
import { detailView } from './detail-view.js';
import { icons } from './icons.js';
import { askReason } from './keys.js';

const bulk = ['approve', 'reject', 'spam', 'delete'];
const tabs = ['pending', 'reported', 'spam', 'rejected', 'all'];

/** The list, and beside it the comment one is at. */
export function queueView(app) {
  return html`<div class="columns">
    <section class="queue-column" ?inert=${app.detail.isOpen && isNarrow()}>
      ${filtersView(app)} ${listView(app)} ${bulkView(app)}
    </section>
    ${detailView(app)}
  </div>`;
}

const narrow = matchMedia('(width < 62rem)');
const isNarrow = () => narrow.matches;

function filtersView(app) {
  const { words, desk } = app;
  const { say } = words;
  const { state, q, author, article, name } = desk.filter;
  const search = (event) => {
    event.preventDefault();
    app.refine({ q: new FormData(event.target).get('q').trim() });
    document.activeElement.blur();
  };
  return html`<div class="filters">
    <nav class="tabs" aria-label=${say('state')}>
      ${tabs.map((tab) => {
        const n = desk.counts[tab];
        return html`<a href=${app.hrefOf({ state: tab })} aria-current=${tab === state ? 'page' : nothing}>
          ${say(tab)}${n ? html` <span class="n">${words.number(n)}</span>` : nothing}
        </a>`;
      })}
    </nav>
    ${all(app)}
    <form class="search" role="search" @submit=${search}>
      ${icon(icons.search)}
      <input name="q" type="search" .value=${q ?? ''} placeholder=${say('search')} aria-label=${say('searchHint')} maxlength="200" />
    </form>
    ${q ? chip(app, 'q', `“${q}”`) : nothing}
    ${author ? chip(app, 'author', say('byAuthor', { name: name || author })) : nothing}
    ${article ? chip(app, 'article', say('onArticle', { name: article })) : nothing}
  </div>`;
}

/** A filter that is on, and how to take it off. */
function chip(app, filter, label) {
  const { say } = app.words;
  const off = () => app.refine({ [filter]: '', ...(filter === 'author' && { name: '' }) });
  return html`<button type="button" class="chip" aria-label=${say('unfilter', { name: label })} @click=${off}>
    <bdi>${label}</bdi> ${icon(icons.close)}
  </button>`;
}

function listView(app) {
  const { words, desk } = app;
  const { cards, loading, problem, fresh, next } = desk;
  const { say } = words;
  const last = desk.last;
  const gone = last?.leaves && last.cards[0].card;
  const rows = cards.map((card) => ({ id: card.id, card }));
  if (gone) {
    const at = cards.findIndex((card) => desk.isBefore(gone, card));
    rows.splice(at < 0 ? rows.length : at, 0, { id: `undo-${gone.id}` });
  }
  const more = () => desk.showFresh({ go: true });
  return html`<div class="list" tabindex="-1">
    <ol aria-label=${say('list')}>
      ${repeat(
        rows,
        ({ id }) => id,
        ({ card }) => (card ? cardView(app, card) : undoView(app, last)),
      )}
    </ol>
    ${!cards.length && !loading && !problem ? html`<p class="empty">${say(emptyOf(desk))}</p>` : nothing}
    ${loading && !cards.length ? html`<p class="loading">${say('loading')}</p>` : nothing}
    ${problemLine(app, problem, () => desk.reload())}
    ${
      next
        ? html`<button type="button" class="second more" @click=${() => desk.more()}>${say('more')}</button>`
        : nothing
    }
    ${
      fresh
        ? html`<button type="button" class="second fresh" @click=${more}>${say('fresh', { n: fresh })}</button>`
        : nothing
    }
  </div>`;
}

function emptyOf(desk) {
  const { state } = desk.filter;
  // The server looks through so many at a time, and may not have come to one that fits.
  if (desk.next) return 'emptySoFar';
  return desk.isFiltered ? 'emptyFiltered' : `empty${state[0].toUpperCase()}${state.slice(1)}`;
}

function all({ words, desk, mayDecide }) {
  const { cards, selected } = desk;
  if (!mayDecide || cards.length < 2) return nothing;
  const whole = selected.size === cards.length;
  return html`<label class="check all">
    <input type="checkbox" .checked=${whole} .indeterminate=${selected.size > 0 && !whole} @change=${() => selected.toggleAll(cards)} />
    ${words.say('selectAll')}
  </label>`;
}

/** What was decided here, in the place of what went. */
function undoView(app, decision) {
  return html`<li class="undo">${takeBack(app, decision)}</li>`;
}

/** What to do with all that are selected. */
function bulkView(app) {
  const { words, desk } = app;
  const n = desk.selected.size;
  if (!n || !app.mayDecide) return nothing;
  return html`<div class="bulk" role="group" aria-label=${words.say('selected', { n })}>
    <p>${words.say('selected', { n })}</p>
    <div class="acts">
      ${bulk.map((verdict) => actionButton(app, verdict, () => desk.decide(verdict)))}
    </div>
    <button type="button" class="act" @click=${() => askReason(app, desk)}>${words.say('because')}</button>
    <button type="button" class="act" @click=${() => desk.selected.none()}>${words.say('selectNone')}</button>
    ${desk.reasonAt === 'selection' ? reasonForm(app, () => desk.targets) : nothing}
  </div>`;
}
