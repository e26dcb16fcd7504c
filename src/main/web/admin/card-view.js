import { html, nothing } from 'lit-html';
import { unsafeHTML } from 'lit-html/directives/unsafe-html.js';
import { avatar } from '../thread/avatar.js';
import { icon } from '../thread/button-view.js';
import { icons } from './icons.js';
import { isPossible } from './verdicts.js';

const acts = {
  approve: ['approve', 'visible', 'a'],
  restore: ['restore', 'undo', 'a'],
  reject: ['reject', 'rejected', 'r'],
  spam: ['markSpam', 'spam', 's'],
  delete: ['delete', 'deleted', 'd'],
  pin: ['pin', 'pin', 'p'],
  unpin: ['unpin', 'pin', 'p'],
  feature: ['feature', 'feature'],
  unfeature: ['unfeature', 'feature'],
};

/** One comment in the list. */
export function cardView(app, card) {
  const { desk, words, mayDecide } = app;
  const { id, author, html: text } = card;
  const current = id === desk.current;
  const go = () => current || desk.go(id);
  return html`<li>
    <article
      class="card"
      tabindex=${current ? 0 : -1}
      data-comment=${id}
      data-state=${card.state}
      aria-current=${current ? 'true' : nothing}
      aria-labelledby="by-${id}"
      aria-describedby="text-${id}"
      @click=${go}
      @focusin=${go}
    >
      ${
        mayDecide
          ? html`<label class="pick"
              ><input
                type="checkbox"
                .checked=${desk.selected.has(id)}
                aria-label=${words.say('select', { name: author.name })}
                @change=${() => desk.selected.toggle(id)}
            /></label>`
          : nothing
      }
      ${portrait(author)} ${byline(app, card)}
      <div class="text" id="text-${id}" dir="auto">${unsafeHTML(text)}</div>
      ${notice(app, card)}
      <div class="foot">${actions(app, card)} ${signs(app, card)}</div>
      ${desk.reasonAt === id ? reasonForm(app, () => [card]) : nothing}
    </article>
  </li>`;
}

/** The policy of this page lets no picture of another server in. */
export function portrait(author) {
  const picture = author.avatar && new URL(author.avatar, document.baseURI);
  const own = picture && picture.origin === location.origin;
  return avatar(own ? author : { ...author, avatar: null }, document.baseURI);
}

/** Who, when, and on what. */
export function byline(app, card) {
  const { words } = app;
  const { id, author, edited, title, article } = card;
  return html`<p class="by" id="by-${id}">
    <bdi class="author">${author.name}</bdi>
    <span class="kind">${words.say(author.kind === 'staff' ? 'team' : author.kind)}</span>
    ${time(app, card.created)} ${edited ? html`<span>${words.say('edited')}</span>` : nothing}
    <bdi class="on">${title || article}</bdi>
  </p>`;
}

export function time({ words }, moment) {
  const at = new Date(moment);
  return html`<time datetime=${moment} title=${words.exactly(at)}>${words.ago(at, Date.now())}</time>`;
}

/** State, marks and reports: a word and an icon each. */
export function signs(app, card) {
  const { words, desk } = app;
  const { state, reason, reports, pinned, featured, parent } = card;
  const { say } = words;
  const shown = [
    state !== desk.filter.state && state !== 'visible' && sign(state, say(stateWord(state))),
    state === 'visible' && desk.filter.state !== 'reported' && sign('visible', say('isVisible')),
    reason && !isUsual(desk, reason) && sign('note', reasonWord(app, reason)),
    reports.total > 0 && sign('reported', reportWords(app, reports)),
    parent && sign('answer', say('anAnswer')),
    pinned && sign('pin', say('pinned')),
    featured && sign('feature', say('featured')),
  ].filter(Boolean);
  return shown.length ? html`<ul class="signs">${shown}</ul>` : nothing;
}

export const stateWord = (state) => `is${state[0].toUpperCase()}${state.slice(1)}`;

function sign(name, word) {
  return html`<li class="sign ${name}">${icon(icons[name])} <span>${word}</span></li>`;
}

/** Where everything waits, that each one does is no news. */
const isUsual = (desk, reason) => desk.filter.state === 'pending' && reason === 'pre-moderation';

/** A word of ours for why it waits, else what a moderator wrote. */
function reasonWord({ words }, reason) {
  const key = `held-${reason}`;
  return words.has(key) ? words.say(key) : reason;
}

function reportWords({ words }, { total, reasons }) {
  const kinds = Object.entries(reasons).map(([kind, n]) => {
    const key = `reason-${kind}`;
    const word = words.has(key) ? words.say(key) : kind;
    return n > 1 ? `${words.number(n)} × ${word}` : word;
  });
  const sum = words.say('reports', { n: total });
  return kinds.length ? `${sum}: ${kinds.join(', ')}` : sum;
}

function notice({ words, desk }, { id }) {
  const told = desk.notices.get(id);
  if (!told) return nothing;
  const by = told.by || words.say('somebody');
  return html`<p class="notice">${words.say(told.key, { by })}</p>`;
}

function actions(app, card) {
  if (!app.mayDecide) return nothing;
  const { desk, words } = app;
  const possible = ['approve', 'restore', 'reject', 'spam', 'delete'].filter((verdict) => isPossible(verdict, card));
  return html`<div class="acts">
    ${possible.map((verdict) => actionButton(app, verdict, () => desk.decide(verdict, { cards: [card] }), card))}
    <button type="button" class="act open" aria-label="${words.say('look')}: ${card.author.name}" @click=${() => open(app, card)}>
      ${icon(icons.more)}
    </button>
  </div>`;
}

async function open(app, card) {
  app.desk.go(card.id);
  await app.changed();
  app.detail.open();
}

/** A button for a verdict, with its key for those who see. */
export function actionButton({ words }, verdict, click, card) {
  const [key, name, letter] = acts[verdict];
  const word = words.say(key);
  return html`<button
    type="button"
    class="act"
    data-verdict=${verdict}
    aria-label=${card ? `${word}: ${card.author.name}` : nothing}
    title=${letter ? `${word} (${letter})` : nothing}
    @click=${click}
  >
    ${icon(icons[name])} <span>${word}</span>
  </button>`;
}

/** A reason for rejecting, which nobody has to give. */
export function reasonForm(app, cards) {
  const { words, desk } = app;
  const submit = (event) => {
    event.preventDefault();
    const reason = new FormData(event.target).get('reason').trim();
    document.activeElement.blur();
    desk.decide('reject', { cards: cards(), reason });
  };
  const cancel = () => {
    desk.reasonAt = null;
    document.activeElement.blur();
    app.reached();
  };
  return html`<form class="reason" @submit=${submit}>
    <label>
      <span>${words.say('yourReason')}</span>
      <input name="reason" maxlength="500" autocomplete="off" placeholder=${words.say('reasonHint')} />
    </label>
    <button class="main">${words.say('reject')}</button>
    <button type="button" class="second" @click=${cancel}>${words.say('cancel')}</button>
  </form>`;
}

/** The last decision, and how to take it back. */
export function takeBack({ words, desk }, { verdict, cards }) {
  const values = { n: cards.length, name: cards[0].card.author.name };
  return html`<span>${icon(icons[acts[verdict][1]])} ${words.say(`did_${verdict}`, values)}</span>
    <button type="button" class="word" @click=${() => desk.undo()}>
      ${icon(icons.undo)} ${words.say('undo')} <kbd aria-hidden="true">u</kbd>
    </button>`;
}
