import css from 'built/thread.css';

/** Made once for all elements; a sheet made by script needs no leave from `style-src`. */
export const styles = new CSSStyleSheet();
styles.replaceSync(css);
