/** Code of a refusal, for programs that send requests. */
export type RefusalCode =
  | 'bad-request'
  | 'not-found'
  | 'method'
  | 'timeout'
  | 'too-large'
  | 'not-a-picture'
  | 'unfit-picture'
  | 'other-name'
  | 'failed'
  | 'busy'
  | 'ending';

const statuses: Record<RefusalCode, number> = {
  'bad-request': 400,
  'not-found': 404,
  method: 405,
  timeout: 408,
  'too-large': 413,
  'not-a-picture': 415,
  'other-name': 421,
  'unfit-picture': 422,
  failed: 500,
  busy: 503,
  ending: 503,
};

/** Refusal of a request: the message tells the sender what is wrong, and what to do. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: RefusalCode;
  /** Headers of the answer beside the usual ones. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: RefusalCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }

  /** Status of the answer. */
  get status(): number {
    return statuses[this.code];
  }
}
