// What the engine says stays English: whoever shows it may translate it.

/** A text in the person's language. */
export const t = (english) => english;
