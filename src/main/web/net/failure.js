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

  /** What to tell a reader, in their language: the key of a sentence with its values. */
  get reason() {
    const key = reasons[this.code] ?? reasons[this.status] ?? 'failed';
    return { key, values: { n: this.retryAfter ?? 10 } };
  }

  /** Whether a field of what was sent is to blame. */
  blames(pointer) {
    return this.errors.some((error) => error.pointer === pointer);
  }
}

const reasons = {
  'edit-window-over': 'tooLate',
  'comment-unknown': 'gone',
  'parent-unknown': 'gone',
  403: 'notAllowed',
  409: 'closed',
  422: 'refused',
  429: 'slowDown',
};

function seconds(header) {
  const value = Number.parseInt(header, 10);
  return Number.isNaN(value) ? null : value;
}
