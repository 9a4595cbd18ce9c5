/** MJML elements that mails are made of, and their attributes. A test lets MJML itself try each. */
const SPACE = ['padding', 'padding-top', 'padding-right', 'padding-bottom', 'padding-left'];
const COMMON = ['mj-class', 'css-class'];
const GROUND = ['background-color', 'border', 'border-radius'];
const TYPE = ['align', 'color', 'font-family', 'font-size', 'font-weight', 'line-height'];

export const ELEMENTS: { [name: string]: string[] } = {
  'mj-wrapper': [...COMMON, ...SPACE, ...GROUND, 'full-width', 'text-align'],
  'mj-section': [...COMMON, ...SPACE, ...GROUND, 'direction', 'full-width', 'text-align'],
  'mj-group': [...COMMON, 'background-color', 'direction', 'vertical-align', 'width'],
  'mj-column': [...COMMON, ...SPACE, ...GROUND, 'direction', 'vertical-align', 'width'],
  'mj-text': [...COMMON, ...SPACE, ...TYPE, 'letter-spacing', 'text-decoration'],
  'mj-button': [
    ...COMMON,
    ...SPACE,
    ...TYPE,
    ...GROUND,
    'href',
    'inner-padding',
    'text-decoration',
    'title',
    'width',
  ],
  'mj-image': [
    ...COMMON,
    ...SPACE,
    'align',
    'alt',
    'border-radius',
    'fluid-on-mobile',
    'height',
    'href',
    'src',
    'title',
    'width',
  ],
  'mj-table': [...COMMON, ...SPACE, 'align', 'color', 'font-size', 'line-height', 'width'],
  'mj-divider': [...COMMON, ...SPACE, 'border-color', 'border-style', 'border-width', 'width'],
  'mj-spacer': [...COMMON, 'height'],
  'mj-raw': [],
};
