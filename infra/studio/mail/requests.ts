/** What the editor sends, read strictly: only files of templates, none longer than a template may be. */
import * as z from 'zod';
import { PARSE_CHARS_MAX } from '../../../functions/app/render-limits.ts';
import { TEMPLATE_FILE } from '../../templates/files.ts';

/** The files of a mail are some twenty; more at once come from elsewhere. */
const FILES_MAX = 60;

const path = z.string().max(200).regex(TEMPLATE_FILE, 'a file of templates/');
const text = z.string().max(PARSE_CHARS_MAX, `at most ${PARSE_CHARS_MAX} characters`);
const files = z
  .record(path, text)
  .refine((value) => Object.keys(value).length <= FILES_MAX, `at most ${FILES_MAX} files`);

const look = z.strictObject({
  view: z.string().max(20),
  locale: z.string().max(40),
  sample: z.string().max(80),
  dark: z.boolean(),
  images: z.boolean(),
});

export const previewRequest = z.strictObject({ files, look });
export const checksRequest = z.strictObject({ files });
export const saveRequest = z.strictObject({
  path,
  text,
  was: z.string().max(200).optional(),
});
