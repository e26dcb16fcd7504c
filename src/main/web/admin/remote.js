/**
 * What one page of the server's has to say: being fetched, here, or failed. `act` does something
 * and keeps what went wrong beside it.
 */
export class Remote {
  loading = false;
  problem = null;
  told = null;

  #turn = 0;

  constructor(api, app) {
    this.api = api;
    this.app = app;
  }

  /** Of several questions under way, the answer to the last one counts. */
  async fetch(read, take) {
    const turn = ++this.#turn;
    Object.assign(this, { loading: true, problem: null, told: null });
    this.app.changed();
    await this.act(async () => {
      const answer = await read();
      if (turn === this.#turn) take(answer);
    });
    if (turn === this.#turn) this.loading = false;
    this.app.changed();
  }

  /** Resolves with whether it was done. */
  async act(work) {
    Object.assign(this, { problem: null, told: null });
    try {
      await work();
      return true;
    } catch (failure) {
      if (!failure.status && failure.name !== 'Error') throw failure;
      this.problem = failure.errors?.[0] ?? reasonOf(failure);
      return false;
    } finally {
      this.app.changed();
    }
  }

  /** Says that something is done; `entry` of the journal takes it back. */
  tell(key, values, entry) {
    this.told = { key, values, entry };
    this.app.say(key, values);
  }
}

/** The server's own sentences are in the language of this page, and say more than "try again". */
function reasonOf({ status, message, reason = { key: 'failed' } }) {
  const known = !['failed', 'refused'].includes(reason.key);
  return known || status < 400 || status >= 500 ? reason : { detail: message };
}
