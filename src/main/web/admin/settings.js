import { Remote } from './remote.js';

const lines = {
  read: (list) => list.join('\n'),
  write: (text) => text.split('\n').map((line) => line.trim()).filter(Boolean),
};
const minutes = { read: (seconds) => seconds / 60, write: (text) => Math.round(Number(text) * 60) };
const number = { read: String, write: Number };
const word = { read: (value) => value, write: (value) => value };
const rate = {
  read: (value) => value,
  write: (_, [burst, perHour]) => ({ burst: Number(burst), perHour: Number(perHour) }),
};
const yes = { read: (value) => value, write: (value) => value === 'on' };

/** The fields of the form by group: name, kind of field, how it is read and written. */
export const groups = {
  who: [
    ['moderation', ['post', 'pre'], word],
    ['guests', ['name', 'off'], word],
    ['heldNewcomers', 'number', number],
    ['mostLinks', 'number', number],
    ['reportThreshold', 'number', number],
    ['tellReasons', 'check', yes],
  ],
  words: [
    ['heldWords', 'lines', lines],
    ['refusedWords', 'lines', lines],
  ],
  readers: [
    ['reactions', 'lines', lines],
    ['editWindowSeconds', 'number', minutes],
    ['closeAfterDays', 'number', number],
    ['viewWindowSeconds', 'number', minutes],
  ],
  places: [
    ['origins', 'lines', lines],
    ['articles.kind', ['any', 'origins', 'pattern', 'registered'], word],
    ['articles.patterns', 'lines', lines],
  ],
  limits: [
    'comments',
    'author-comments',
    'article-comments',
    'site-comments',
    'author-changes',
    'changes',
    'guests',
    'articles',
    'site-articles',
  ].map((name) => [`limits.${name}`, 'rate', rate]),
};

/** What an owner decides for a site. */
export class Settings extends Remote {
  now = null;

  open() {
    const take = (settings) => {
      this.now = settings;
    };
    return this.fetch(() => this.api.settings(), take);
  }

  valueOf(name) {
    return name.split('.').reduce((all, part) => all[part], this.now);
  }

  /** Sends what was changed, and which version it was a change of. */
  save(form) {
    const body = {};
    for (const [name, , kind] of Object.values(groups).flat()) {
      const value = kind.write(form.get(name) ?? '', form.getAll(name));
      if (JSON.stringify(value) === JSON.stringify(this.valueOf(name))) continue;
      const [outer, inner] = name.split('.');
      const others = outer === 'articles' ? this.now.articles : {};
      body[outer] = inner ? { ...others, ...body[outer], [inner]: value } : value;
    }
    if (!Object.keys(body).length) {
      this.tell('nothingChanged');
      return null;
    }
    return this.act(async () => {
      this.now = await this.api.changeSettings({ ...body, version: this.now.version });
      this.tell('saved', {}, this.now.verdict);
    });
  }

  undo() {
    const { entry } = this.told;
    return this.act(async () => {
      await this.api.undo(entry);
      this.now = await this.api.settings();
      this.tell('undoneElsewhere');
    });
  }
}
