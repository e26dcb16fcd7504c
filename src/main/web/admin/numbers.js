import { Remote } from './remote.js';

const DAYS = 30;
const DAY = 86_400_000;

/** The most pages of comments, and of the journal, that are read for the charts. */
const PAGES = 10;
const PAGE = 100;

/** How many articles the views are added up of: there is no number for a whole site. */
const ARTICLES = 10;

/** What went on by day: views, comments, spam, and how long comments waited. */
export class Numbers extends Remote {
  found = null;

  open() {
    return this.fetch(async () => {
      const days = lastDays(Date.now());
      const [views, comments, approvals] = await Promise.all([
        this.#views(days),
        this.#comments(days),
        this.#approvals(days),
      ]);
      const waits = waitsByDay(days, comments.list, approvals);
      const spam = comments.list.filter(({ state }) => state === 'spam');
      this.found = {
        days,
        views: views.points,
        articles: views.articles,
        comments: byDay(days, comments.list, ({ created }) => created),
        spam: byDay(days, spam, ({ created }) => created),
        waits: waits.map(median),
        wait: median(waits.flat()),
        latest: comments.whole ? null : comments.list.length,
      };
    });
  }

  async #views(days) {
    const { articles } = await this.api.top('views', 'month');
    const read = articles.slice(0, ARTICLES);
    const from = new Date(days[0]).toISOString();
    const all = await Promise.all(
      read.map(({ article }) => this.api.series(article, 'day', from)),
    );
    const points = days.map(() => 0);
    for (const { time, views } of all.flatMap((one) => one.points)) {
      const at = indexOf(days, time);
      if (at >= 0) points[at] += views;
    }
    return { points, articles: read.length };
  }

  async #comments([first]) {
    const from = new Date(first).toISOString();
    const { list, next } = await pages(async (after) => {
      const page = await this.api.queue({ state: 'all', from, limit: PAGE, after });
      return { some: page.comments, next: page.next };
    });
    return { list, whole: !next };
  }

  async #approvals([first]) {
    const { list } = await pages(async (after) => {
      const { entries, next } = await this.api.audit(after, PAGE);
      const last = entries.at(-1);
      const over = last && Date.parse(last.time) < first;
      return { some: entries, next: over ? null : next };
    });
    return list.filter(({ action }) => action === 'approve');
  }
}

async function pages(read) {
  const list = [];
  let after = null;
  for (let page = 0; page < PAGES; page++) {
    const { some, next } = await read(after);
    list.push(...some);
    after = next;
    if (!after) break;
  }
  return { list, next: after };
}

/** The beginnings of days, the last one today's. */
function lastDays(now) {
  const today = Math.floor(now / DAY) * DAY;
  return Array.from({ length: DAYS }, (_, i) => today - (DAYS - 1 - i) * DAY);
}

const indexOf = (days, time) => Math.floor((Date.parse(time) - days[0]) / DAY);

function byDay(days, list, timeOf) {
  const points = days.map(() => 0);
  for (const one of list) points[indexOf(days, timeOf(one))] += 1;
  return points;
}

/** How long what was approved on a day had waited, in minutes. */
function waitsByDay(days, comments, approvals) {
  const created = new Map(comments.map((one) => [one.id, Date.parse(one.created)]));
  const waits = days.map(() => []);
  for (const { time, targets } of approvals) {
    const at = waits[indexOf(days, time)];
    for (const id of targets) {
      if (at && created.has(id)) at.push(Math.max(0, Date.parse(time) - created.get(id)) / 60_000);
    }
  }
  return waits;
}

/** `null` where there is nothing. */
function median(values) {
  if (!values.length) return null;
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const value = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return Math.round(value * 10) / 10;
}
