// What the widget says, in the language of each widget. English stands in the code;
// another language is a file of its own, which gives its own text for each English one.

const LOADERS = { de: () => import('./messages-de.js') };

const loaded = { en: {} };

/** The texts of a language, fetched once. What cannot be fetched is said in English. */
export async function textsOf(language) {
  try {
    loaded[language] ??= (await LOADERS[language]()).default;
  } catch (error) {
    console.error(error);
  }
  return loaded[language] ?? loaded.en;
}

/** Gives a text in that language, its places, {0} and {1}, filled. */
export const speaker = (texts) => (english, ...values) => {
  const text = Object.hasOwn(texts, english) ? texts[english] : english;
  return values.length ? text.replace(/\{(\d)\}/g, (_, at) => values[at]) : text;
};

// The engine's own labels: it serves several widgets, one at a time.
let known = loaded.en;

/** In what language the engine's code labels from now on. */
export const speak = (texts) => { known = texts; };

/** A text as the engine's code asks for it. */
export const t = (english) => (Object.hasOwn(known, english) ? known[english] : english);
