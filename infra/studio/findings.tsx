/** What the checks found, as a list that leads to where it can be mended. */
import type { Finding } from '../templates/checks/index.ts';
import { editorOf, fileName } from './names.ts';

/** Whoever has more begins with the first. */
const SHOWN_MAX = 40;

export const errorsIn = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ severity }) => severity === 'error');

const Found = ({ finding }: { finding: Finding }) => {
  const { file, line, got, wanted, severity, locale } = finding;
  const place = `${fileName(file)}, line ${line}`;
  return (
    <li>
      <span class={`pill ${severity === 'error' ? 'stop' : 'wait'}`}>{severity}</span>{' '}
      <span class="where">
        {file.includes('/') ? <a href={editorOf(file, line)}>{place}</a> : place}
      </span>
      <span class="what">
        Got <b>{got}</b>
        {locale && ` in ${locale}`}; wanted {wanted}.
      </span>
    </li>
  );
};

export const FindingList = ({ findings }: { findings: readonly Finding[] }) => (
  <>
    <ul class="found card">
      {findings.slice(0, SHOWN_MAX).map((finding) => (
        <Found finding={finding} />
      ))}
    </ul>
    {findings.length > SHOWN_MAX && (
      <p class="note">And {findings.length - SHOWN_MAX} more: mend these first.</p>
    )}
  </>
);

const some = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** `2 errors and 1 warning`. */
export function countedFindings(findings: readonly Finding[]): string {
  const errors = errorsIn(findings).length;
  const warnings = findings.length - errors;
  const parts = [
    ...(errors > 0 ? [some(errors, 'error')] : []),
    ...(warnings > 0 ? [some(warnings, 'warning')] : []),
  ];
  return parts.join(' and ');
}
