/** Elements without a library: text never becomes markup, since nothing here takes markup. */
type Attributes = { readonly [name: string]: string | boolean | undefined };

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, '');
    else if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** What the page itself has written; without it the page is not ours. */
export function wanted<T extends Element>(selector: string, within: ParentNode = document): T {
  const found = within.querySelector<T>(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
}

export const metaOf = (name: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';

/** One announcement for those who hear the page; the same words twice are told twice. */
export function announce(text: string): void {
  const place = wanted<HTMLElement>('#told');
  place.textContent = '';
  requestAnimationFrame(() => (place.textContent = text));
}
