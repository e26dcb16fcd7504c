import { html, svg } from 'lit-html';

/**
 * A picture for an author: theirs, or the first letter of the name in a tint that follows from the
 * author's id. Decoration, since the name stands beside it. Colours are SVG attributes because a
 * strict style policy forbids inline styles.
 */
export function avatar(author, base) {
  if (author?.avatar) {
    return html`<img class="avatar" src=${new URL(author.avatar, base)} alt="" loading="lazy" />`;
  }
  const tint = author ? `hsl(${hue(author.id)} 55% 50%)` : 'currentColor';
  return html`<svg class="avatar" viewBox="0 0 32 32" aria-hidden="true">
    <circle cx="16" cy="16" r="16" fill=${tint} fill-opacity=${author ? 0.22 : 0.08} />
    ${author && svg`<text x="16" y="16" dy=".35em">${initial(author.name)}</text>`}
  </svg>`;
}

/** Steps of 30 degrees: nearer ones look alike, and then the colour would tell nothing. */
function hue(id) {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.codePointAt(0)) % 360;
  return Math.floor(sum / 30) * 30;
}

function initial(name) {
  return [...name.trim()][0]?.toLocaleUpperCase() ?? '';
}
