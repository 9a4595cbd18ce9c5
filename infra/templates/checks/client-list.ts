/** Mail programs that templates must work in, where brand.yaml names no others. */

/**
 * What nine of ten mails are read in. Outlook on Windows with Word's engine is in: many offices have it.
 * Windows Mail is not: it ended in 2024.
 */
export const CLIENTS = [
  'apple-mail.*',
  'gmail.android',
  'gmail.desktop-webmail',
  'gmail.ios',
  'outlook.android',
  'outlook.ios',
  'outlook.macos',
  'outlook.outlook-com',
  'outlook.windows',
  'yahoo.*',
  'samsung-email.*',
];
