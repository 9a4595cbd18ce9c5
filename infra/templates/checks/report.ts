/** Findings for a screen: by file, each with its line, what was got, what is wanted, and the rule. */
import type { Checked } from './index.ts';
import type { Finding } from './finding.ts';

const times = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Which mail shows it, where the file alone does not say so. */
function shownIn({ file, mail, locale, sample }: Finding): string {
  const where = [file.startsWith(`${mail}.`) ? undefined : mail, locale, sample].filter(Boolean);
  return where.length > 0 ? `  (${where.join(', ')})` : '';
}

const lineOf = (finding: Finding): string[] => {
  const { line, severity, rule, got, wanted } = finding;
  return [
    `  ${String(line).padStart(4)}  ${severity.padEnd(7)}  ${rule}${shownIn(finding)}`,
    `        got ${got}`,
    `        wanted ${wanted}`,
  ];
};

export function findingsReport(findings: readonly Finding[], root = 'templates/'): string {
  const byFile = new Map<string, Finding[]>();
  for (const finding of findings) {
    byFile.set(finding.file, [...(byFile.get(finding.file) ?? []), finding]);
  }
  return [...byFile]
    .flatMap(([file, own]) => [`${root}${file}`, ...own.flatMap(lineOf), ''])
    .join('\n');
}

/** What stops publishing. */
export const errorsIn = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ severity }) => severity === 'error');

/** `2 errors, 5 warnings in 520 mails; release 3f2a…`. */
export function verdict({ findings, rendered, release }: Checked): string {
  const errors = errorsIn(findings).length;
  const told = [times(errors, 'error'), times(findings.length - errors, 'warning')].join(', ');
  const ready = release && errors === 0 ? `; release ${release.policy.release}` : '';
  return `${told}; ${times(rendered, 'mail')} rendered${ready}`;
}
