/** How the editor reads each kind of file: Liquid in MJML below front matter, plain text, words. */
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { html } from '@codemirror/lang-html';
import { liquid } from '@codemirror/lang-liquid';
import { yaml, yamlFrontmatter } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { tags } from '@lezer/highlight';
import { offersAt } from '../mail/completing.ts';
import type { Lists, Offer } from '../mail/wire.ts';

/** Colours are the page's own variables, so that light and dark follow it. */
const COLOURS = HighlightStyle.define([
  { tag: [tags.tagName, tags.angleBracket], color: 'var(--code-tag)' },
  {
    tag: [tags.attributeName, tags.propertyName, tags.definition(tags.propertyName)],
    color: 'var(--code-name)',
  },
  { tag: [tags.string, tags.attributeValue, tags.content], color: 'var(--code-text)' },
  { tag: [tags.keyword, tags.operator, tags.bracket, tags.brace], color: 'var(--code-word)' },
  { tag: [tags.variableName, tags.number, tags.bool], color: 'var(--code-value)' },
  { tag: [tags.comment, tags.meta], color: 'var(--soft)' },
  { tag: tags.invalid, color: 'var(--stop)' },
]);

const completion = ({ label, detail, info, apply }: Offer): Completion => ({
  label,
  detail: detail.length > 60 ? `${detail.slice(0, 59)}…` : detail,
  ...(info !== undefined && { info }),
  ...(apply !== undefined && { apply }),
});

/** While the word at the cursor grows, the same offers hold. */
const WORD = /^[\w.-]*$/;

const completing = (lists: Lists) =>
  autocompletion({
    override: [
      (context: CompletionContext): CompletionResult | null => {
        const before = context.state.sliceDoc(0, context.pos);
        const offered = offersAt(before, lists);
        if (!offered || offered.offers.length === 0) return null;
        return { from: offered.from, options: offered.offers.map(completion), validFor: WORD };
      },
    ],
    icons: false,
    // After `{{ ` there is no word yet, and that is when one wants to see what there is.
    activateOnTyping: true,
  });

export const YAML: Extension = [yaml(), syntaxHighlighting(COLOURS)];

/** Extensions for one file. */
export function languageOf(path: string, lists: Lists): Extension {
  const coloured = syntaxHighlighting(COLOURS);
  if (path.endsWith('.json') || path.endsWith('.yaml')) return YAML;
  if (path.endsWith('.txt')) return [liquid(), coloured, completing(lists)];
  const markup = liquid({ base: html({ matchClosingTags: false, selfClosingTags: true }) });
  return [yamlFrontmatter({ content: markup }), coloured, completing(lists)];
}
