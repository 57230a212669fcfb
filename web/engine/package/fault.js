// What was thrown, in words. Anything can be thrown, also what has no text.

/** The text of what was thrown; never throws itself. */
export function textOf(thrown) {
  try {
    return String(thrown?.message ?? thrown);
  } catch {
    return 'what was thrown has no text';
  }
}
