import { describe, expect, it } from 'vitest';
import { readTemplates } from '../../infra/templates/files.ts';
import { changesOf } from '../../infra/templates/changes.ts';
import { TEMPLATES_DIR } from '../../infra/build-release.ts';

const shipped = readTemplates(TEMPLATES_DIR);

/** What one edit of one file changes. */
function edited(path: string, from: string | RegExp, to: string) {
  const text = shipped.get(path) ?? '';
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  return changesOf(shipped, new Map(shipped).set(path, changed));
}

describe('what a publication changes', () => {
  it('is nothing where no file differs', () => {
    expect(changesOf(shipped, new Map(shipped))).toEqual([]);
  });

  it('names the wait of a journey, and one more step without the others', () => {
    const file = 'steps:\n  - id: pause\n    wait: P3D\n  - id: hello\n    send: hello\n';
    const before = new Map([['thanks/journey.yaml', file]]);
    const longer = new Map([['thanks/journey.yaml', file.replace('P3D', 'P5D')]]);
    expect(changesOf(before, longer)).toEqual([
      { what: 'journey', name: 'thanks', item: 'steps.pause.wait', before: 'P3D', after: 'P5D' },
    ]);
    const more = file.replace('  - id: hello', '  - id: check\n    exit: true\n  - id: hello');
    expect(changesOf(before, new Map([['thanks/journey.yaml', more]]))).toEqual([
      {
        what: 'journey',
        name: 'thanks',
        item: 'steps',
        before: 'pause, hello',
        after: 'pause, check, hello',
      },
      { what: 'journey', name: 'thanks', item: 'steps.check.exit', after: 'true' },
    ]);
  });

  it('names the subject of a mail, and the first line that differs below it', () => {
    expect(edited('feedback/survey.mjml', /^subject: .*$/m, 'subject: How was it?')).toEqual([
      {
        what: 'mail',
        name: 'feedback/survey',
        item: 'subject',
        before: expect.stringContaining('subject'),
        after: 'How was it?',
      },
    ]);
    const lines = edited('feedback/survey.txt', /$/, 'One.\n\nTwo.\n');
    expect(lines).toEqual([
      { what: 'mail', name: 'feedback/survey', item: 'text', after: 'One. (and 1 more lines)' },
    ]);
  });

  it('names words by language and key, and colours of the brand', () => {
    expect(edited('feedback/locales/lt.json', /"subject": "[^"]*"/, '"subject": "Labas"')).toEqual([
      expect.objectContaining({ what: 'words', name: 'feedback lt', after: 'Labas' }),
    ]);
    expect(edited('_shared/brand.yaml', /#[0-9a-f]{6}/i, '#123456')).toEqual([
      expect.objectContaining({ what: 'brand', name: '_shared/brand.yaml' }),
    ]);
  });

  it('tells a comment as one, and what is new or gone as a whole', () => {
    expect(edited('feedback/journey.yaml', /$/, '# Asked by Ann.\n')).toEqual([
      expect.objectContaining({ item: 'order or comments' }),
    ]);
    const path = 'feedback/survey.txt';
    const less = new Map(shipped);
    less.delete(path);
    const about = { what: 'mail', name: 'feedback/survey', item: 'text' };
    expect(changesOf(less, shipped)).toEqual([{ ...about, after: 'new' }]);
    expect(changesOf(shipped, less)).toEqual([{ ...about, before: 'gone' }]);
  });
});
