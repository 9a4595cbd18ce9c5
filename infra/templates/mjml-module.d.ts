/** The part of mjml 5 that is used here; it ships without types. */
declare module 'mjml' {
  export default function mjml2html(
    source: string,
    options?: { validationLevel?: 'strict' | 'soft' | 'skip'; fonts?: { [name: string]: string } },
  ): Promise<{ html: string; errors: { line: number; message: string; tagName: string }[] }>;
}
