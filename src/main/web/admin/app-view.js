import { html, nothing } from 'lit-html';
import { icon } from '../thread/button-view.js';
import { articlesView } from './articles-view.js';
import { auditView } from './audit-view.js';
import { helpView } from './help-view.js';
import { icons } from './icons.js';
import { numbersView } from './numbers-view.js';
import { queueView } from './queue-view.js';
import { settingsView } from './settings-view.js';
import { signInView } from './sign-in-view.js';
import { staffView } from './staff-view.js';

const pages = {
  queue: queueView,
  articles: articlesView,
  numbers: numbersView,
  audit: auditView,
  settings: settingsView,
  staff: staffView,
};

/** The whole page. */
export function appView(app) {
  if (!app.me) return signInView(app);
  return html`${barView(app)}
    ${problemLine(app, app.outProblem)}
    <main class=${app.page}>
      <h1 class="unseen">${app.words.say(app.page)}</h1>
      ${pages[app.page](app)}
    </main>
    ${helpView(app)}
    <p class="unseen" role="status">${app.spoken}</p>`;
}

function barView(app) {
  const { say } = app.words;
  const { name, role } = app.me;
  return html`<header class="bar">
    <p class="brand">${mark()}${siteView(app)}</p>
    <nav class="pages" aria-label=${say('pages')}>
      ${app.pages.map(
        (page) =>
          html`<a href="#${page}" aria-current=${page === app.page ? 'page' : nothing}
            >${say(page)}</a
          >`,
      )}
    </nav>
    <p class="me"><bdi>${name}</bdi> <span class="role">${say(role)}</span></p>
    <button type="button" class="word" @click=${() => app.signOut()}>${say('signOut')}</button>
    <button
      type="button"
      class="word keys"
      aria-label=${say('keys')}
      title="${say('keys')} (?)"
      @click=${() => app.root.querySelector('dialog.help').showModal()}
    >
      ${icon(icons.keys)}
    </button>
  </header>`;
}

function siteView(app) {
  const { site, sites, words } = app;
  if (sites.length < 2) return html`<bdi>${site}</bdi>`;
  return html`<select
    class="site"
    aria-label=${words.say('site')}
    @change=${({ target }) => app.visit(target.value)}
  >
    ${[...new Set([site, ...sites])].map((each) => html`<option value=${each} ?selected=${each === site}>${each}</option>`)}
  </select>`;
}

/** Ours, beside the name of the site. */
export function mark(name = 'Afterword') {
  return html`<img class="mark" src="admin.svg" alt=${name} width="22" height="22" />`;
}

/** What went wrong in a place. */
export function problemLine({ words }, problem, again) {
  if (!problem) return nothing;
  const { key, values, detail } = problem;
  return html`<p class="problem" role="alert">
    ${detail ?? words.say(key, values)}
    ${
      again
        ? html`<button type="button" class="word" @click=${again}>${words.say('again')}</button>`
        : nothing
    }
  </p>`;
}
