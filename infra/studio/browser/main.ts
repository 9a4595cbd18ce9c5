/** What runs in the browser. Every page can be read without it. */
document.documentElement.dataset['script'] = 'on';

if (document.querySelector('#mail-page')) {
  void import('./mail-page.ts').then(({ start }) => start());
}
if (document.querySelector('form.word')) {
  void import('./words-page.ts').then(({ start }) => start());
}
if (document.querySelector('form.journey-edit')) {
  void import('./journey-page.ts').then(({ start }) => start());
}
if (document.querySelector('[data-checks=running]')) {
  void import('./checks-page.ts').then(({ start }) => start());
}
