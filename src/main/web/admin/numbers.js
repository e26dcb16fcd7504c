import { Remote } from './remote.js';

/** What came of each of the last days: views, comments, spam, and how long comments waited. */
export class Numbers extends Remote {
  found = null;

  open() {
    const take = ({ days, all }) => {
      this.found = {
        all,
        days: days.map(({ date }) => Date.parse(date)),
        views: days.map(({ views }) => views),
        comments: days.map(({ comments }) => comments),
        spam: days.map(({ spam }) => spam),
        waits: days.map(({ medianWaitSeconds }) => minutes(medianWaitSeconds)),
        wait: minutes(all.medianWaitSeconds),
      };
    };
    return this.fetch(() => this.api.stats(), take);
  }
}

/** With one decimal; `null` where nothing waited. */
function minutes(seconds) {
  return seconds === null ? null : Math.round(seconds / 6) / 10;
}
