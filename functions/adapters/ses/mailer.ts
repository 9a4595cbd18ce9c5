/** SES: one mail, one request. */
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Mailer, SendOutcome } from '../../app/mail.ts';
import { classify } from '../../domain/classify.ts';
import { type SesConfig, sesRequest } from './request.ts';

/** What the adapter needs of the client. */
export type SesClient = Pick<SESv2Client, 'send'>;

/** SES answers within 0.2 s; after five seconds it is not known what became of the mail. */
const TIMEOUT_MS = 5_000;

/**
 * Without retries: the SDK's default sends the mail again on a reset, a 5xx or a timeout, and SendEmail
 * has no idempotency token. `requestTimeout` by itself only warns, hence `throwOnRequestTimeout`.
 */
export const sesClient = (overrides: { timeoutMs?: number } = {}): SESv2Client =>
  new SESv2Client({
    maxAttempts: 1,
    requestHandler: {
      requestTimeout: overrides.timeoutMs ?? TIMEOUT_MS,
      connectionTimeout: overrides.timeoutMs ?? TIMEOUT_MS,
      socketTimeout: overrides.timeoutMs ?? TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });

/** Never throws: whatever happens is an outcome, and what is not understood is ambiguous. */
export const sesMailer = (client: SesClient, config: SesConfig): Mailer => ({
  send: async (mail): Promise<SendOutcome> => {
    const checked = sesRequest(mail, config);
    if ('fault' in checked) return { kind: 'rejected', code: checked.fault };
    try {
      const { MessageId } = await client.send(new SendEmailCommand(checked.request));
      return MessageId
        ? { kind: 'accepted', sesMessageId: MessageId }
        : { kind: 'ambiguous', code: 'NoMessageId' };
    } catch (error) {
      return classify(sendError(error));
    }
  },
});

function sendError(error: unknown) {
  const { name, message, $metadata } = (error ?? {}) as {
    name?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  return {
    name: typeof name === 'string' ? name : 'Unknown',
    message: typeof message === 'string' ? message : '',
    httpStatus: $metadata?.httpStatusCode,
  };
}
