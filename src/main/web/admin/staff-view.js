import { html, nothing } from 'lit-html';
import { problemLine } from './app-view.js';
import { time } from './card-view.js';

const roles = ['moderator', 'viewer', 'owner'];

/** Who may moderate, and a form for one more. */
export function staffView(app) {
  const { staff, words } = app;
  const { list, problem, told, added } = staff;
  const { say } = words;
  const submit = async (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    const name = given.get('name').trim();
    if (name && (await staff.add(name, given.get('role')))) event.target.reset();
  };
  return html`<div class="sheet">
    <h2>${say('staff')}</h2>
    ${problemLine(app, problem)}
    <ul class="rows">
      ${list.map((one) => memberView(app, one))}
    </ul>
    ${list.length || staff.loading ? nothing : html`<p class="quiet">${say('staffEmpty')}</p>`}
    ${
      told
        ? html`<p class="told">
            ${say(told.key, told.values)}
            ${told.entry ? html`<button type="button" class="word" @click=${() => staff.undo()}>${say('undo')}</button>` : nothing}
          </p>`
        : nothing
    }
    ${
      added
        ? html`<div class="secret" role="status">
            <p>${say('tokenOnce', { name: added.name })}</p>
            <code>${added.token}</code>
          </div>`
        : nothing
    }
    <form class="form" @submit=${submit} novalidate>
      <h3>${say('addStaff')}</h3>
      <label>${say('staffName')} <input name="name" maxlength="60" autocomplete="off" /></label>
      <label>
        ${say('staffRole')}
        <select name="role">
          ${roles.map((role) => html`<option value=${role}>${say(`role_${role}`)}</option>`)}
        </select>
      </label>
      <p class="buttons"><button class="main">${say('add')}</button></p>
    </form>
  </div>`;
}

function memberView(app, one) {
  const { staff, words } = app;
  const { say } = words;
  const { id, name, role, created } = one;
  return html`<li class="row" data-staff=${id}>
    <p><bdi class="author">${name}</bdi> <span class="quiet">${say(role)}</span></p>
    <p class="quiet">${created ? time(app, created) : nothing}</p>
    ${
      staff.asking === id
        ? html`<span class="acts">
            <button type="button" class="act" @click=${() => staff.revoke(one)}>${say('revokeNow')}</button>
            <button type="button" class="act" @click=${() => staff.ask(null)}>${say('keep')}</button>
          </span>`
        : html`<button type="button" class="act" aria-label="${say('revoke')}: ${name}" @click=${() => staff.ask(id)}>
            ${say('revoke')}
          </button>`
    }
  </li>`;
}
