import { html, nothing } from 'lit-html';
import { keyed } from 'lit-html/directives/keyed.js';
import { problemLine } from './app-view.js';

/** A list to search, and one article to change. */
export function articlesView(app) {
  const { articles, words } = app;
  const { q, list, next, one, loading, problem } = articles;
  const { say } = words;
  const find = (event) => {
    event.preventDefault();
    articles.find(new FormData(event.target).get('q').trim());
  };
  return html`<div class="sheet">
    <h2>${say('articles')}</h2>
    <div class="tools">
      <form class="search" role="search" @submit=${find}>
        <input name="q" type="search" .value=${q} placeholder=${say('findArticle')} aria-label=${say('findArticle')} maxlength="200" />
        <button class="second">${say('find')}</button>
      </form>
    </div>
    ${problemLine(app, problem)} ${toldView(app)} ${one ? keyed(one.article, formView(app, one)) : nothing}
    <ol class="rows">
      ${list.map((each) => rowView(app, each))}
    </ol>
    ${!list.length && !loading && !problem ? noneView(app) : nothing}
    ${loading && !list.length ? html`<p class="loading">${say('loading')}</p>` : nothing}
    ${
      next
        ? html`<button type="button" class="second more" @click=${() => articles.more()}>${say('more')}</button>`
        : nothing
    }
  </div>`;
}

function rowView(app, one) {
  const { articles, words, mayDecide } = app;
  const { say } = words;
  const { article, title, state, moderation, comments, views } = one;
  const act = (word, click) =>
    html`<button type="button" class="act" aria-label="${say(word)}: ${title || article}" @click=${click}>${say(word)}</button>`;
  const set = (word, change) => act(word, () => articles.set(one, change));
  return html`<li class="row" data-article=${article}>
    <p>
      <bdi class="author">${title || article}</bdi>
      ${title ? html`<bdi class="quiet">${article}</bdi>` : nothing}
    </p>
    <p class="quiet">
      ${say('comments', { n: comments })} · ${say('views', { n: views })}
      ${state === 'open' ? nothing : html`· <strong>${say(`is_${state}`)}</strong>`}
      ${moderation === 'pre' ? html`· <strong>${say('is_pre')}</strong>` : nothing}
    </p>
    <span class="acts">
      <a class="act" href=${app.hrefOf({ state: 'all', article })}>${say('itsComments')}</a>
      ${
        mayDecide
          ? [
              state === 'open' ? set('lock', { state: 'read-only' }) : set('reopen', { state: 'open' }),
              moderation === 'post' ? set('holdFirst', { moderation: 'pre' }) : set('letOut', { moderation: 'post' }),
            ]
          : nothing
      }
      ${act(mayDecide ? 'change' : 'look', () => articles.show(article))}
    </span>
  </li>`;
}

/** Nothing was commented; but an article may be closed or named before that. */
function noneView({ articles, words }) {
  const { q, next } = articles;
  if (next) return html`<p class="empty">${words.say('emptySoFar')}</p>`;
  if (!q) return html`<p class="empty">${words.say('articlesEmpty')}</p>`;
  return html`<p class="empty">
    ${words.say('emptyFiltered')}
    <button type="button" class="word" @click=${() => articles.show(q)}>${words.say('lookAt', { name: q })}</button>
  </p>`;
}

function toldView({ articles, words }) {
  const { told } = articles;
  if (!told) return nothing;
  return html`<p class="told">
    ${words.say(told.key, told.values)}
    ${
      told.entry
        ? html`<button type="button" class="word" @click=${() => articles.undo()}>${words.say('undo')}</button>`
        : nothing
    }
  </p>`;
}

function formView(app, one) {
  const { articles, words, mayDecide } = app;
  const { say } = words;
  const submit = (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    articles.change({
      title: given.get('title').trim() || null,
      url: given.get('url').trim() || null,
      state: given.get('state'),
      moderation: given.get('moderation'),
      baselineViews: Number(given.get('baselineViews')),
    });
  };
  return html`<form class="form" @submit=${submit} novalidate>
    <h3 tabindex="-1"><bdi>${one.article}</bdi></h3>
    <p class="quiet">
      ${say('views', { n: one.views })} · ${say('comments', { n: one.comments })}
    </p>
    <label>${say('articleTitle')} <input name="title" maxlength="200" ?disabled=${!mayDecide} .value=${one.title ?? ''} /></label>
    <label>${say('articleUrl')} <input name="url" type="url" maxlength="4096" ?disabled=${!mayDecide} .value=${one.url ?? ''} /></label>
    ${selection(app, 'state', say('articleState'), ['open', 'read-only', 'closed'], one.state)}
    ${selection(app, 'moderation', say('articleModeration'), ['post', 'pre'], one.moderation)}
    <label>
      ${say('baseline')}
      <input name="baselineViews" type="number" min="0" ?disabled=${!mayDecide} .value=${String(one.baselineViews ?? 0)} aria-describedby="baseline-hint" />
    </label>
    <p class="hint" id="baseline-hint">${say('baselineHint')}</p>
    <p class="buttons">
      ${mayDecide ? html`<button class="main">${say('save')}</button>` : nothing}
      <button type="button" class="second" @click=${() => articles.close()}>${say('close')}</button>
    </p>
  </form>
  ${mayDecide ? moveView(app) : nothing}`;
}

/** Apart from the rest: it changes what the article is called everywhere, at once. */
function moveView({ articles, words: { say } }) {
  const submit = (event) => {
    event.preventDefault();
    articles.move(new FormData(event.target).get('to').trim());
  };
  return html`<form class="form" @submit=${submit}>
    <label>
      ${say('moveTo')}
      <input name="to" required maxlength="4096" aria-describedby="move-hint" />
    </label>
    <p class="hint" id="move-hint">${say('moveHint')}</p>
    <p class="buttons"><button class="second">${say('move')}</button></p>
  </form>`;
}

function selection({ words, mayDecide }, name, label, values, now) {
  return html`<label>
    ${label}
    <select name=${name} ?disabled=${!mayDecide}>
      ${values.map((one) => html`<option value=${one} .selected=${one === now}>${words.say(`${name}_${one}`)}</option>`)}
    </select>
  </label>`;
}
