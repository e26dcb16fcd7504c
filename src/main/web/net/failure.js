/** Why the server did not do it: a problem document, or no answer at all (status 0). */
export class Failure extends Error {
  constructor(status, problem = {}, retryAfter = null) {
    super(problem.detail ?? problem.title ?? `status ${status}`);
    this.status = status;
    this.code = problem.code;
    this.errors = problem.errors ?? [];
    this.retryAfter = retryAfter;
  }

  static async of(response) {
    const problem = await response.json().catch(() => ({}));
    return new Failure(response.status, problem, seconds(response.headers.get('Retry-After')));
  }

  /** Whether the same request may well succeed a little later. */
  get passing() {
    return [0, 502, 503, 504].includes(this.status);
  }

  /** What to tell a reader: the key of a sentence with its values, else the server's `detail`. */
  get reason() {
    const key = reasons[this.code] ?? reasons[this.status];
    if (key) return { key, values: { n: this.retryAfter ?? 10 } };
    return this.status >= 400 && this.status < 500 ? { detail: this.message } : { key: 'failed' };
  }

  /** The server's sentence about one field of what was sent. */
  about(pointer) {
    return this.errors.find((error) => error.pointer === pointer)?.detail;
  }
}

const reasons = {
  'edit-window-over': 'tooLate',
  'comment-unknown': 'gone',
  'parent-unknown': 'gone',
  401: 'failed',
  403: 'notAllowed',
  409: 'closed',
  429: 'slowDown',
};

function seconds(header) {
  const value = Number.parseInt(header, 10);
  return Number.isNaN(value) ? null : value;
}
