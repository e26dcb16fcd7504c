/**
 * As much of lit (lit.dev) as a thread is drawn with, in a quarter of its weight. Templates are
 * written as for lit, and views do not know which of the two draws them.
 */

/** Shows nothing, or takes an attribute away. */
export const nothing = Symbol('nothing');

/** Leaves what is there as it is. */
export const noChange = Symbol('noChange');

/** A template with values in its holes. Drawn again where it stands, only the values change. */
export const html = (strings, ...values) => ({ strings, values });

/** Draws a value into an element, or anew. */
export function render(value, root) {
  if (!roots.has(root)) roots.set(root, Slot.before(null, root));
  roots.get(root).set(value);
}

const roots = new WeakMap();

/** Strings of a template -> its nodes, and where its holes are. */
const prepared = new WeakMap();

/** Stands for a value within a tag; between tags a comment does. */
const MARK = 'value$';

const policy = globalThis.trustedTypes?.createPolicy('afterword', { createHTML: (text) => text });

function parse(text) {
  const template = document.createElement('template');
  template.innerHTML = policy?.createHTML(text) ?? text;
  return template.content;
}

/** The elements and comments below a node, in the order of the document. */
function nodesOf(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}

function prepare(strings) {
  const text = strings.reduce((before, next) => {
    const isInTag = before.lastIndexOf('<') > before.lastIndexOf('>');
    return before + (isInTag ? MARK : '<!---->') + next;
  });
  const content = parse(text);
  const holes = [];
  nodesOf(content).forEach((node, at) => {
    if (node.nodeType === Node.COMMENT_NODE) holes.push({ at });
    for (const { name, value } of [...(node.attributes ?? [])]) {
      const texts = value.split(MARK);
      if (texts.length === 1) continue;
      node.removeAttribute(name);
      holes.push({ at, name, texts });
    }
  });
  return { content, holes };
}

/** One template in the page. */
class Instance {
  constructor(strings) {
    if (!prepared.has(strings)) prepared.set(strings, prepare(strings));
    const { content, holes } = prepared.get(strings);
    this.content = document.importNode(content, true);
    const nodes = nodesOf(this.content);
    this.parts = holes.map(({ at, name, texts }) =>
      name ? new Attribute(nodes[at], name, texts) : new Slot(nodes[at]),
    );
  }

  set(values) {
    let next = 0;
    for (const part of this.parts) {
      part.set(...values.slice(next, (next += part.texts ? part.texts.length - 1 : 1)));
    }
  }
}

/** `name=`, with texts between the values or without; `@event=`, `.property=` and `?switch=`. */
class Attribute {
  constructor(element, name, texts) {
    this.element = element;
    this.kind = '@.?'.includes(name[0]) ? name[0] : '';
    this.name = name.slice(this.kind.length);
    this.texts = texts;
    if (this.kind === '@') element.addEventListener(this.name, this);
  }

  handleEvent(event) {
    this.value(event);
  }

  set(...values) {
    const { element, kind, name, texts } = this;
    const isAlone = !texts.join('') && values.length === 1;
    const value = isAlone
      ? values[0]
      : texts.reduce((before, text, index) => before + values[index - 1] + text);
    if (value === this.value) return;
    this.value = value;
    if (kind === '.') element[name] = value;
    else if (kind === '?') element.toggleAttribute(name, value && value !== nothing);
    else if (value === nothing) element.removeAttribute(name);
    else if (!kind) element.setAttribute(name, value ?? '');
  }
}

/** A place between two comments, for a text, a template or a list of either. */
class Slot {
  constructor(end) {
    this.end = end;
    this.start = document.createComment('');
    end.before(this.start);
  }

  static before(next, parent) {
    return new Slot(parent.insertBefore(document.createComment(''), next));
  }

  set(value) {
    if (value === noChange) return;
    if (Array.isArray(value)) this.#list(value);
    else if (value?.strings) this.#template(value);
    else if (value?.markup != null) this.#markup(value.markup);
    else this.#text(value === nothing ? '' : (value ?? ''));
  }

  /** Empties it, unless it holds that already. */
  #holds(kind, what) {
    if (this.kind === kind && this.what === what) return true;
    Object.assign(this, { kind, what });
    while (this.start.nextSibling !== this.end) this.start.nextSibling.remove();
    return false;
  }

  #template({ strings, values }) {
    const isThere = this.#holds('template', strings);
    if (!isThere) this.instance = new Instance(strings);
    this.instance.set(values);
    if (!isThere) this.end.before(this.instance.content);
  }

  #markup(text) {
    if (!this.#holds('markup', text)) this.end.before(parse(text));
  }

  #text(text) {
    if (!this.#holds('text')) this.end.before((this.text = new Text()));
    // Compared, for setting it would undo the reader's selection.
    if (this.text.data !== `${text}`) this.text.data = text;
  }

  /** Each by its key, if it has one: what stays does not move when others come or go. */
  #list(values) {
    if (!this.#holds('list')) this.slots = new Map();
    const keyed = new Map(values.map((value, index) => [value?.key ?? index, value]));
    for (const [key, slot] of this.slots) if (!keyed.has(key)) slot.#remove();
    let next = this.end;
    const slots = new Map();
    for (const [key, value] of [...keyed].reverse()) {
      const slot = this.slots.get(key) ?? Slot.before(next, next.parentNode);
      if (slot.end.nextSibling !== next) next.before(...slot.#nodes);
      slot.set(value);
      slots.set(key, slot);
      next = slot.start;
    }
    this.slots = slots;
  }

  get #nodes() {
    const nodes = [this.start];
    while (nodes.at(-1) !== this.end) nodes.push(nodes.at(-1).nextSibling);
    return nodes;
  }

  #remove() {
    for (const node of this.#nodes) node.remove();
  }
}
