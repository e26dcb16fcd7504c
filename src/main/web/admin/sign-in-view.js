import { html } from 'lit-html';
import { mark, problemLine } from './app-view.js';

/** Nobody is known yet: a site and a token. */
export function signInView(app) {
  const { say } = app.words;
  const submit = (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    app.signIn(given.get('site').trim(), given.get('token').trim());
  };
  return html`<main class="sign-in">
    <form @submit=${submit} novalidate>
      <p class="brand">${mark('')}<span>Afterword</span></p>
      <h1>${say('signIn')}</h1>
      <label>
        ${say('site')}
        <input name="site" .value=${app.site ?? ''} autocomplete="off" autocapitalize="off" spellcheck="false" />
      </label>
      <label>
        ${say('token')}
        <input name="token" type="password" autocomplete="current-password" aria-describedby="token-hint" />
      </label>
      <p class="hint" id="token-hint">${say('tokenHint')}</p>
      ${problemLine(app, app.problem, app.mayResume && (() => app.resume()))}
      <button class="main" aria-disabled=${app.busy}>${say(app.busy ? 'signingIn' : 'signIn')}</button>
    </form>
  </main>`;
}
