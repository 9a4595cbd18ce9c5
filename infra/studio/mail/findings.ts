/** How findings are told, by the page and by its editor alike. */
import type { Mark } from './wire.ts';

export const NOTHING_WRONG = 'Nothing is wrong with it.';

export const warningsElsewhere = (count: number): string =>
  `${count} ${count === 1 ? 'warning' : 'warnings'} in files that are not open here`;

/** Errors wherever they are, and warnings of the open files; then what only warns, elsewhere. */
export function parted(marks: readonly Mark[], isOpen: (file: string) => boolean) {
  const isHere = ({ severity, file }: Mark) => severity === 'error' || isOpen(file);
  return { here: marks.filter(isHere), elsewhere: marks.filter((mark) => !isHere(mark)) };
}
