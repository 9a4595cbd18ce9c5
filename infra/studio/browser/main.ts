/** What runs in the browser. Every page can be read without it. */
document.documentElement.dataset['script'] = 'on';

if (document.querySelector('#mail-page')) {
  void import('./mail-page.ts').then(({ start }) => start());
}
