type Child = Node | string;

/** Makes an element; texts are texts, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Sets an element's text if it differs, so that a selection, or text that is read out, stays. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
