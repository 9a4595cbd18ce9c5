/**
 * What an error of SES's SendEmail means for the ledger. A parsed 4xx means: not accepted. Everything
 * else (reset, timeout, 5xx, unknown) may have been accepted, and ambiguous is not failed.
 */
export type SendError = {
  /** `__type` or `code` of a parsed answer, or the name of a local error. */
  name: string;
  /** Absent when no answer came. */
  httpStatus?: number | undefined;
  /** SES's text: only looked at, never stored (it may quote the address). */
  message?: string | undefined;
};

/** `blocked` holds for the account: nobody's mail would go. `code` is SES's error name. */
export type SendFailure =
  | { kind: 'throttled'; code: string }
  | { kind: 'blocked'; code: string }
  | { kind: 'rejected'; code: string }
  | { kind: 'ambiguous'; code: string };

/** Too fast: the same mail goes a little later. */
const THROTTLES = new Set([
  'TooManyRequestsException',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestLimitExceeded',
  'SlowDown',
  'PriorRequestNotComplete',
]);

/** The account, its rights or its set-up: every mail would meet the same. */
const BLOCKS = new Set([
  'AccountSuspendedException',
  'SendingPausedException',
  'MailFromDomainNotVerifiedException',
  'NotFoundException', // the configuration set or tenant
  'LimitExceededException', // the day's quota
  'Daily message quota exceeded',
  'ConfigurationSetDoesNotExist',
  'ConfigurationSetSendingPausedException',
  'AccountSendingPausedException',
  'AccessDenied',
  'AccessDeniedException',
  'NotAuthorized',
  'UnauthorizedException',
  'OptInRequired',
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'AuthFailure',
]);

/** SES says both the sandbox and an unverified sender in MessageRejected; quota too, in some regions. */
const BLOCK_TEXT = /not verified|sandbox|quota|sending (is )?(paused|suspended|disabled)/i;
const RATE_TEXT = /maximum sending rate|rate exceeded/i;

/** Errors of the client before anything left the machine. */
const LOCAL_BLOCKS = new Set(['CredentialsProviderError', 'TokenProviderError']);

/** Every error has exactly one meaning; an unknown one is ambiguous. */
export function classify({ name, httpStatus, message = '' }: SendError): SendFailure {
  if (LOCAL_BLOCKS.has(name)) return { kind: 'blocked', code: name };
  if (httpStatus === undefined || httpStatus < 400 || httpStatus >= 500)
    return { kind: 'ambiguous', code: name };
  if (THROTTLES.has(name) || RATE_TEXT.test(message)) return { kind: 'throttled', code: name };
  if (BLOCKS.has(name) || BLOCK_TEXT.test(message)) return { kind: 'blocked', code: name };
  if (httpStatus === 408) return { kind: 'ambiguous', code: name };
  if (httpStatus === 429) return { kind: 'throttled', code: name };
  if (httpStatus === 401 || httpStatus === 403) return { kind: 'blocked', code: name };
  if (REJECTIONS.has(name) || name.endsWith('Exception')) return { kind: 'rejected', code: name };
  return { kind: 'ambiguous', code: name };
}

/**
 * About this one mail, beside all that are called `...Exception`. A 4xx without such a name is not SES's
 * answer (a proxy's, perhaps), so it stays ambiguous.
 */
const REJECTIONS = new Set(['MessageRejected', 'ValidationError', 'InvalidParameterValue']);
