// Lone surrogates, non-characters and control characters except tab and line ends: XML cannot hold them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
const ILLEGAL = /[\p{Surrogate}\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/gu;

/** `text` as one line that is legal in XML: line ends and tabs become spaces, illegal characters U+FFFD. */
export function plainText(text: string): string {
  return text.replace(/[\t\n\r\u2028\u2029]+/g, ' ').replace(ILLEGAL, '\ufffd');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** `text` for element content and quoted attributes of HTML and XML; illegal characters become U+FFFD. */
export function escapeMarkup(text: string): string {
  return text.replace(ILLEGAL, '\ufffd').replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
