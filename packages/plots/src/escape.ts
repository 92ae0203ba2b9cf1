// Lone surrogates, non-characters and control characters except tab and line ends: XML cannot hold them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
const ILLEGAL = /[\p{Surrogate}\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/gu;

/** Marks that turn the direction of the text around them, so that `gpj` is read as `jpg`. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Returns the text with such marks as their numbers, `\u202e`, and U+FFFD for each illegal character. */
function visible(text: string): string {
  return text
    .replace(ILLEGAL, '\ufffd')
    .replace(DIRECTION, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Returns `text` as one line that is legal in XML: line ends and tabs become spaces, illegal characters U+FFFD, marks
 * of direction their numbers, `\u202e`.
 */
export function plainText(text: string): string {
  return visible(text.replace(/[\t\n\r\u2028\u2029]+/g, ' '));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Returns `text` for element content and quoted attributes of HTML and XML; illegal characters become U+FFFD, marks of
 * direction their numbers, `\u202e`.
 */
export function escapeMarkup(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
