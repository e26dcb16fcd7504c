import { html, nothing } from 'lit-html';

/** All equally bright, so that each stands out on white and on near black. */
const HUES =
  'b55b5b 976d44 797936 5d8039 3c853c 3b835f 3a8080 4b79a7 6d6dbe 8e62b9 b04fb0 b35685'.split(' ');

/**
 * A picture for an author: theirs, or a pattern that follows from the author's id, the same that the
 * server draws at /avatars/ID.svg (see Identicon.java). Decoration, since the name stands beside it.
 * Colours are SVG attributes because a strict style policy forbids inline styles.
 */
export function avatar(author, base) {
  if (author?.avatar) {
    return html`<img class="avatar" src=${new URL(author.avatar, base)} alt="" loading="lazy" />`;
  }
  const mixed = author && hash(author.id);
  const hue = author ? `#${HUES[(mixed >>> 16) % HUES.length]}` : 'currentColor';
  return html`<svg class="avatar" viewBox="0 0 32 32" aria-hidden="true" fill=${hue}>
    <circle cx="16" cy="16" r="16" fill-opacity=${author ? 0.16 : 0.08} />
    <path d=${author ? cells(mixed) : nothing} />
  </svg>`;
}

/** Five rows of five cells, the right ones as the left ones. */
function cells(mixed) {
  let bits = mixed & 0x7fff;
  if (bits.toString(2).replaceAll('0', '').length < 5) bits = ~bits;
  let path = '';
  for (let row = 0; row < 5; row++) {
    for (let column = 0; column < 5; column++) {
      const mirrored = Math.min(column, 4 - column);
      if ((bits >> (row * 3 + mirrored)) & 1) path += `M${6 + 4 * column} ${6 + 4 * row}h4v4h-4z`;
    }
  }
  return path;
}

/** FNV-1a, then mixed once more: ids that differ in their last letter should look different. */
function hash(id) {
  let mixed = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) mixed = Math.imul(mixed ^ id.charCodeAt(i), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
