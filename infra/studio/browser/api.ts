/** Requests to the studio: JSON, with the token of the page. */
import { metaOf } from './dom.ts';

/** The studio said no, or said nothing. */
export class NotAnswered extends Error {}

export type Answer<T> = { status: number; body: T };

/** 409 is an answer: somebody else saved. Anything else that is no success is told as it is. */
export async function post<T>(url: string, body: object, signal?: AbortSignal): Promise<Answer<T>> {
  const request: RequestInit = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-studio-token': metaOf('studio-token') },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  };
  const response = await fetch(url, request).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new NotAnswered('The studio does not answer. What you write is kept in this window.');
  });
  if (!response.ok && response.status !== 409) {
    const text = await response.text();
    throw new NotAnswered(
      text.startsWith('{') ? (JSON.parse(text) as { error: string }).error : text,
    );
  }
  return { status: response.status, body: (await response.json()) as T };
}

export const wasAborted = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'AbortError';
