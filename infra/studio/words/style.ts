/** Styles of these pages alone; part of the studio's one sheet (infra/studio/assets.ts). */
export const WORDS_STYLE = '';
