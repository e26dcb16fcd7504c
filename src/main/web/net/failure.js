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

  /** The server's sentence about one field of what was sent. */
  about(pointer) {
    return this.errors.find((error) => error.pointer === pointer)?.detail;
  }
}

function seconds(header) {
  const value = Number.parseInt(header, 10);
  return Number.isNaN(value) ? null : value;
}
