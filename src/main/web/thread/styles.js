import css from 'built-styles/thread.css';

/** Made once for all elements; a sheet made by script needs no leave from `style-src`. */
export const styles = new CSSStyleSheet();
styles.replaceSync(css);
