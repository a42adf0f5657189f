// @ts-check
/** Building nodes. Whatever is text becomes a text node: nothing is ever parsed as markup. */

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * An element: `el('a', { href: '/', class: 'quiet' }, 'Home')`. Properties that begin with "on" are listeners;
 * null, undefined and false leave an attribute out, true sets it empty.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) element.append(typeof child === 'number' ? String(child) : child);
  }
  return element;
}

/** The element that the page surely has. @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no element #${id}`);
  return element;
}

/** Sets a text only where it differs: no work for the browser otherwise. @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {Element} element @param {string} name @param {string | null} value null takes it away */
export function setAttribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** The channel of a page at /channel/{id}/…, as it stands in the address (so already encoded). */
export function channelOfAddress() {
  return /^\/channel\/([^/]+)\//.exec(location.pathname)?.[1] ?? '';
}

let spoken = '';

/** Says something to those who hear the page, politely. The page has an element #said. @param {string} text */
export function say(text) {
  // The same words twice would not be a change and stay unsaid.
  spoken = text === spoken ? `${text}\u00a0` : text;
  byId('said').textContent = spoken;
}
