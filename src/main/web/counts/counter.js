import { articleOf, localeOf, serverOf, siteOf } from '../page/page.js';
import { counted } from '../words/counted.js';
import { boardOf } from './board.js';

/**
 * The class of an element that shows a number of one article as text of the page. Attributes: `site`
 * (or `data-site` on the script tag), `article` (the link that it stands in, else the canonical
 * link, else the path), `bare` (the number without a word). What stands in it before stays until the
 * number is known.
 */
export const counterOf = (what) =>
  class extends HTMLElement {
    static observedAttributes = ['site', 'article'];

    #leave;

    connectedCallback() {
      const base = serverOf(import.meta.url);
      const site = this.getAttribute('site') || siteOf(import.meta.url);
      const article = this.getAttribute('article') || this.closest('a')?.href || articleOf();
      const show = async (counts) => {
        const bare = this.hasAttribute('bare');
        this.textContent = await counted(localeOf(this), base, what, counts[what], bare);
      };
      if (site) this.#leave = boardOf(base, site)(article, show);
    }

    disconnectedCallback() {
      this.#leave = this.#leave?.();
    }

    attributeChangedCallback() {
      if (!this.#leave) return;
      this.disconnectedCallback();
      this.connectedCallback();
    }
  };
