/** Shows a page again when the checks that it could not wait for are done. */

/** Checking all mails takes seconds. */
const LOOK_EVERY_MS = 1_000;

const done = async (): Promise<boolean> => {
  const answer = await fetch('/studio/checks');
  return answer.ok && ((await answer.json()) as { done: boolean }).done;
};

/** Whoever has begun to write would lose it: then the link is enough. */
const writing = (): boolean =>
  [...document.querySelectorAll<HTMLInputElement>('input[type=text], textarea')].some(
    (field) => field.value !== field.defaultValue,
  ) || document.activeElement?.matches('input, textarea, select') === true;

export function start(): void {
  const look = async () => {
    const ready = await done().catch(() => false);
    if (!ready) return void setTimeout(look, LOOK_EVERY_MS);
    if (!writing()) location.reload();
    return undefined;
  };
  setTimeout(look, LOOK_EVERY_MS);
}
