/** What the stand-ins of AWS's APIs share: a call, who makes it, and how it is refused. */

/** A refusal as AWS gives it: HTTP status, error code, message. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export type Principal = {
  /** For messages: the function's name. */
  name: string;
  roleArn: string;
};

export type ApiCall = {
  action: string;
  body: unknown;
  principal: Principal;
  /** Throws ApiError (AccessDenied) when the caller's role lacks the action on the resource. */
  authorize(action: string, resource: string, context?: Context): void;
};
export type Context = { [key: string]: string | string[] | undefined };

/** AWS's words for a role that lacks a permission. */
export const accessDenied = (principal: Principal, action: string, resource: string): ApiError =>
  new ApiError(
    400,
    'AccessDeniedException',
    `User: ${principal.roleArn} is not authorized to perform: ${action} on resource: ${resource} ` +
      `because no identity-based policy allows the ${action} action`,
  );
