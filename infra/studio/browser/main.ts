/** What runs in the browser. Every page can be read without it. */
document.documentElement.dataset['script'] = 'on';
