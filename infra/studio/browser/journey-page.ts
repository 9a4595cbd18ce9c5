/** The page of a journey: its picture and its problems follow what is typed. */
import type { PreviewAnswer } from '../journeys/wire.ts';
import { metaOf, wanted } from './dom.ts';
import { type LineProblem, yamlArea } from './yaml-area.ts';

/** A pause of typing. */
const DRAW_AFTER_MS = 250;

/** HTML of our own server, which escapes what it puts into it. */
function put(name: string, html: string): void {
  const part = document.querySelector(`[data-part="${name}"]`);
  const made = new DOMParser().parseFromString(html, 'text/html');
  part?.replaceChildren(...made.body.childNodes);
}

async function preview(form: HTMLFormElement, signal: AbortSignal): Promise<PreviewAnswer> {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string') body.append(name, value);
  }
  const headers = { accept: 'application/json', 'x-studio-token': metaOf('studio-token') };
  const request = { method: 'POST', headers, body, signal };
  const response = await fetch(`${form.getAttribute('action')}/preview`, request);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as PreviewAnswer;
}

/** The problems that the page came with. */
const problemsOf = (root: ParentNode): LineProblem[] =>
  [...root.querySelectorAll<HTMLElement>('[data-line]')].map((link) => {
    const text = link.parentElement?.textContent ?? '';
    const [, got = text, right = ''] = /got (.*)\. Wanted: (.*)\.$/s.exec(text.trim()) ?? [];
    return { line: Number(link.dataset['line']), got, wanted: right };
  });

export function start(): void {
  const form = wanted<HTMLFormElement>('form.journey-edit');
  const area = wanted<HTMLTextAreaElement>('textarea[data-editor="yaml"]', form);
  const saved = form.dataset['unsaved'] === 'yes' ? undefined : area.value;
  const editor = yamlArea(area);
  const problems = wanted<HTMLElement>('[data-part="problems"]');
  editor.underline(problemsOf(problems));
  let timer = 0;
  let running: AbortController | undefined;
  const draw = async () => {
    running?.abort();
    running = new AbortController();
    const answer = await preview(form, running.signal);
    for (const [name, html] of Object.entries(answer.parts)) put(name, html);
    editor.underline(answer.problems);
  };
  form.addEventListener('input', () => {
    clearTimeout(timer);
    // The next letter asks again; until then the last picture stays.
    timer = window.setTimeout(() => void draw().catch(() => {}), DRAW_AFTER_MS);
  });
  problems.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('[data-line]') : null;
    if (!(link instanceof HTMLElement)) return;
    event.preventDefault();
    editor.go(Number(link.dataset['line']));
  });
  let leaving = false;
  form.addEventListener('submit', () => (leaving = true));
  window.addEventListener('beforeunload', (event) => {
    if (!leaving && area.value !== saved) event.preventDefault();
  });
}
