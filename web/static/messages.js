// What the page says, in the person's language. English stands in the code; another
// language is a file of its own, which gives its own text for each English one.

const LANGUAGES = ['en', 'de'];
const KEY = 'usher-language';

let known = {};

/** A text in the person's language. One that is not translated stays English. */
export const t = (english) => (Object.hasOwn(known, english) ? known[english] : english);

/** A text with its places, {0} and {1}, filled. */
export const filled = (english, ...values) => t(english).replace(/\{(\d)\}/g, (_, at) => values[at]);

/** The language that was chosen; nothing: the browser's. */
export const chosen = () => {
  try { return localStorage.getItem(KEY) ?? ''; } catch { return ''; }
};

/** Chooses a language, for the next time that the page is loaded. */
export function choose(language) {
  try {
    if (language) localStorage.setItem(KEY, language); else localStorage.removeItem(KEY);
  } catch { /* Storage may be forbidden: the browser's language holds. */ }
}

/** Puts what stands in an element into that language. */
export function translate(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const text = node.data?.trim();
    if (text) node.data = node.data.replace(text, t(text));
    for (const name of ['aria-label', 'placeholder', 'title', 'data-problem']) {
      if (node.hasAttribute?.(name)) node.setAttribute(name, t(node.getAttribute(name)));
    }
  }
}

/** Learns the person's language. What cannot be fetched is said in English. */
export async function learn() {
  const wanted = chosen() || navigator.language.slice(0, 2);
  const language = LANGUAGES.includes(wanted) ? wanted : 'en';
  if (language === 'en') return;
  try {
    known = await (await fetch(new URL(`messages-${language}.json`, import.meta.url))).json();
    document.documentElement.lang = language;
    translate(document.body);
  } catch (error) {
    console.error(error);
  }
}
