// What a person thinks of recommendations: kept for as long as the host's storage keeps.

/** The most thumbs that are kept of a bundle; the oldest go first. */
const MOST = 1000;

/** The browser's own storage, which may be forbidden or full: then nothing is kept. */
const BROWSER = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch { /* It lasts as long as the page. */ } },
  remove(key) { try { localStorage.removeItem(key); } catch { /* As above. */ } },
};

export class Thumbs {
  #storage;
  #key;
  #failed;
  #values = new Map();

  /** Thumbs of a bundle. `storage` is the host's; none: the browser's; null: nothing is
   * kept. `failed` hears what it throws. */
  constructor(storage, bundle, failed) {
    this.#storage = storage === undefined ? BROWSER : storage;
    this.#key = `usher-thumbs ${bundle}`;
    this.#failed = failed;
  }

  /** Reads what is kept; of anything else, nothing. */
  async read() {
    let text;
    try {
      text = await this.#storage?.get(this.#key);
    } catch (error) {
      this.#failed(error);
    }
    try {
      for (const [of, value] of JSON.parse(text ?? '[]')) if (value === 1 || value === -1) this.#values.set(String(of), value);
    } catch { /* Not what was written here. */ }
  }

  /** 1, -1, or 0 for nothing said. */
  of(user, item) {
    return this.#values.get(JSON.stringify([user, item])) ?? 0;
  }

  async set(user, item, value) {
    const of = JSON.stringify([user, item]);
    this.#values.delete(of);
    if (value) this.#values.set(of, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > MOST) this.#values.delete(oldest);
    try {
      if (this.#values.size) await this.#storage?.set(this.#key, JSON.stringify([...this.#values]));
      else await this.#storage?.remove(this.#key);
    } catch (error) {
      this.#failed(error);
    }
  }
}
