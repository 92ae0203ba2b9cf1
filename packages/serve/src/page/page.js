// The page on which one drops a picture. It needs no build: browsers run it as it is.

/** @typedef {{ class: string, probability: number }} Prediction */

/** Classes that are listed of a picture. */
const LISTED = 5;

/** @type {HTMLElement} */
const drop = /** @type {any} */ (document.querySelector('#drop'));
/** @type {HTMLInputElement} */
const input = /** @type {any} */ (document.querySelector('#file'));
/** @type {HTMLElement} */
const statusLine = /** @type {any} */ (document.querySelector('#status'));
/** @type {HTMLElement} */
const results = /** @type {any} */ (document.querySelector('#results'));

/**
 * Makes an element; texts are texts, never markup.
 *
 * @param {string} name
 * @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} children
 */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** @param {string} text @param {boolean} [isFailed] */
function tell(text, isFailed = false) {
  statusLine.textContent = text;
  statusLine.classList.toggle('failed', isFailed);
}

/** @param {Prediction} prediction */
function bar({ class: name, probability }) {
  const meter = element('meter', { min: '0', max: '1', value: String(probability), 'aria-label': name });
  return [element('dt', {}, name), meter, element('dd', {}, `${(100 * probability).toFixed(1)} %`)];
}

/** @param {File} file */
async function classify(file) {
  const answer = await fetch(`predict?top=${LISTED}`, {
    method: 'POST',
    headers: { 'Content-Type': file.type || 'application/octet-stream' },
    body: file,
  });
  const { images, error } = await answer.json();
  if (error !== undefined) throw new Error(error.message);
  return /** @type {Prediction[]} */ (images[0].predictions);
}

/** @param {File} file */
async function show(file) {
  const picture = /** @type {HTMLImageElement} */ (element('img', { alt: file.name }));
  picture.src = URL.createObjectURL(file);
  picture.addEventListener('load', () => URL.revokeObjectURL(picture.src));
  picture.addEventListener('error', () => picture.remove());
  const text = element('div', {}, element('h2', {}, file.name));
  results.prepend(element('section', { class: 'result', 'aria-label': file.name }, picture, text));
  try {
    text.append(element('dl', {}, ...(await classify(file)).flatMap(bar)));
  } catch (error) {
    text.append(element('p', { class: 'failed' }, /** @type {Error} */ (error).message));
  }
}

/** @param {Iterable<File>} files */
async function showAll(files) {
  const all = [...files];
  if (all.length === 0) return;
  tell(all.length === 1 ? 'Classifying …' : `Classifying ${all.length} pictures …`);
  for (const file of all) await show(file);
  tell('');
  input.value = '';
}

input.addEventListener('change', () => showAll(input.files ?? []));
drop.addEventListener('dragover', () => drop.classList.add('over'));
drop.addEventListener('dragleave', () => drop.classList.remove('over'));
// A picture that is dropped beside the place would otherwise replace the page.
for (const name of ['dragover', 'drop']) addEventListener(name, (event) => event.preventDefault());
addEventListener('drop', (event) => {
  drop.classList.remove('over');
  void showAll(/** @type {DragEvent} */ (event).dataTransfer?.files ?? []);
});
addEventListener('paste', (event) => showAll(/** @type {ClipboardEvent} */ (event).clipboardData?.files ?? []));

fetch('health')
  .then((answer) => answer.json())
  .then(({ network, classes }) => {
    const note = /** @type {HTMLElement} */ (document.querySelector('#network'));
    note.textContent = `${network} knows: ${classes.join(', ')}.`;
  })
  .catch(() => tell('The server does not answer.', true));
