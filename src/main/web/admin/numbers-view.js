import { html, nothing } from 'lit-html';
import { problemLine } from './app-view.js';
import { Chart } from './chart.js';

if (!customElements.get('admin-chart')) customElements.define('admin-chart', Chart);

/** Four curves over the last days. */
export function numbersView(app) {
  const { numbers, words } = app;
  const { found, loading, problem } = numbers;
  const { say } = words;
  return html`<div class="sheet wide">
    <h2>${say('numbers')}</h2>
    ${found ? html`<p class="quiet">${say('lastDays', { n: found.days.length })}</p>` : nothing}
    ${problemLine(app, problem, () => numbers.open())}
    ${loading && !found ? html`<p class="loading">${say('loading')}</p>` : nothing}
    ${found ? charts(app, found) : nothing}
  </div>`;
}

function charts(app, found) {
  const { say } = app.words;
  const { all, wait } = found;
  const sum = (name) => say('sum', { n: all[name] });
  return html`<div class="charts">
    ${chart(app, found, 'views', sum('views'))}
    ${chart(app, found, 'comments', sum('comments'))}
    ${chart(app, found, 'spam', sum('spam'))}
    ${chart(app, found, 'waits', wait === null ? say('noneWaited') : say('median', { n: wait }))}
  </div>`;
}

const names = {
  views: 'viewsByDay',
  comments: 'commentsByDay',
  spam: 'spamByDay',
  waits: 'waitByDay',
};

function chart(app, found, name, number) {
  const { words } = app;
  const title = words.say(names[name]);
  const points = found[name];
  const unit = name === 'waits' ? words.say('waitUnit') : title;
  const data = dataOf(found, name, unit, words);
  const point = ({ target, detail }) => {
    const out = target.closest('figure').querySelector('.pointed');
    const value = detail === null ? null : points[detail];
    const day = detail === null ? '' : words.day(found.days[detail]);
    out.textContent = value === null ? '' : words.say('onDay', { day, n: value });
  };
  return html`<figure>
    <figcaption>
      <h3>${title}</h3>
      <span class="number">${number}</span>
      <span class="pointed" aria-hidden="true"></span>
    </figcaption>
    <div role="img" aria-label="${title}: ${number}">
      <admin-chart .data=${data} @chart-day=${point}></admin-chart>
    </div>
    <details>
      <summary>${words.say('asTable')}</summary>
      <table>
        <thead>
          <tr><th scope="col">${words.say('day')}</th><th scope="col">${unit}</th></tr>
        </thead>
        <tbody>
          ${found.days.map(
            (day, i) =>
              html`<tr><th scope="row">${words.day(day)}</th><td>${points[i] === null ? '–' : words.number(points[i])}</td></tr>`,
          )}
        </tbody>
      </table>
    </details>
  </figure>`;
}

/** The same object for the same numbers, so that a ticking clock draws no curve anew. */
const kept = new WeakMap();

function dataOf(found, name, unit, words) {
  const all = kept.get(found) ?? {};
  kept.set(found, all);
  all[name] ??= { days: found.days, points: found[name], unit, dayWord: words.day };
  return all[name];
}
