import { html, nothing } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { problemLine } from './app-view.js';

const windows = ['hour', 'day', 'week', 'month'];
const orders = ['comments', 'views'];

/** A ranking, and one article to change. */
export function articlesView(app) {
  const { articles, words } = app;
  const { list, one, loading, problem } = articles;
  const { say } = words;
  const look = (event) => {
    event.preventDefault();
    const article = new FormData(event.target).get('article').trim();
    if (article) articles.show(article);
  };
  return html`<div class="sheet">
    <h2>${say('articles')}</h2>
    <div class="tools">
      ${choice(app, 'by', orders)} ${choice(app, 'window', windows)}
      <form class="search" @submit=${look}>
        <input name="article" placeholder=${say('anyArticle')} aria-label=${say('anyArticle')} maxlength="4096" />
        <button class="second">${say('look')}</button>
      </form>
    </div>
    ${problemLine(app, problem)} ${one ? formView(app, one) : nothing}
    <ol class="rows">
      ${list.map(
        ({ article, title, count }) =>
          html`<li class="row">
            <p>
              <bdi class="author">${title || article}</bdi>
              ${title ? html`<bdi class="quiet">${article}</bdi>` : nothing}
            </p>
            <p class="quiet">${say(articles.by, { n: count })}</p>
            <span class="acts">
              <a class="act" href=${app.hrefOf({ state: 'all', article })}>${say('itsComments')}</a>
              <button type="button" class="act" aria-label="${say('change')}: ${title || article}" @click=${() => articles.show(article)}>
                ${say(app.mayDecide ? 'change' : 'look')}
              </button>
            </span>
          </li>`,
      )}
    </ol>
    ${!list.length && !loading && !problem ? html`<p class="empty">${say('articlesEmpty')}</p>` : nothing}
    ${loading && !list.length ? html`<p class="loading">${say('loading')}</p>` : nothing}
  </div>`;
}

function choice({ articles, words }, name, values) {
  return html`<label class="choice">
    <span class="unseen">${words.say(`by_${name}`)}</span>
    <select .value=${articles[name]} @change=${({ target }) => articles.rank({ [name]: target.value })}>
      ${values.map((value) => html`<option value=${value} ?selected=${articles[name] === value}>${words.say(`${name}_${value}`)}</option>`)}
    </select>
  </label>`;
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
      ${say('views', { n: one.views })} · ${say('visitors', { n: one.visitors })} · ${say('comments', { n: one.comments })}
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
      ${articles.told ? html`<span class="told">${say(articles.told.key)}</span>` : nothing}
    </p>
  </form>`;
}

function selection({ words, mayDecide }, name, label, values, now) {
  return html`<label>
    ${label}
    <select name=${name} ?disabled=${!mayDecide}>
      ${values.map((one) => html`<option value=${one} .selected=${live(one === now)}>${words.say(`${name}_${one}`)}</option>`)}
    </select>
  </label>`;
}
