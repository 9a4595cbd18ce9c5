/** The words table: each word is checked as it is typed and saved in its place. Without it the forms do the same. */
import type { CheckAnswer, SaveAnswer } from '../words/wire.ts';
import type { Wrong } from '../words/wrong.ts';
import { element, metaOf, wanted } from './dom.ts';

/** A pause of typing. */
const CHECK_AFTER_MS = 200;

const formsOf = (root: ParentNode) => [...root.querySelectorAll<HTMLFormElement>('form.word')];
const areasOf = (form: HTMLFormElement) => [...form.querySelectorAll('textarea')];
const saidOf = (form: HTMLFormElement) => wanted<HTMLElement>('.said', form);
const fieldOf = (form: HTMLFormElement, name: string) =>
  wanted<HTMLInputElement>(`input[name="${name}"]`, form);

const isChanged = (form: HTMLFormElement): boolean =>
  areasOf(form).some((area) => area.value !== area.defaultValue);

async function send<T>(url: string, form: HTMLFormElement): Promise<T> {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string') body.append(name, value);
  }
  const headers = { accept: 'application/json', 'x-studio-token': metaOf('studio-token') };
  const response = await fetch(url, { method: 'POST', headers, body });
  if (![200, 409, 422].includes(response.status)) throw new Error(await response.text());
  return (await response.json()) as T;
}

function showWrong(form: HTMLFormElement, wrong: readonly Wrong[]): void {
  const items = wrong.map(({ category, got, wanted: right }) =>
    element('li', {}, `${category ? `${category}: ` : ''}Got ${got}. Wanted: ${right}.`),
  );
  const list = element('ul', { class: 'wrong', lang: 'en', dir: 'ltr' }, ...items);
  saidOf(form).replaceChildren(...(wrong.length > 0 ? [list] : []));
  form.closest('td')?.classList.toggle('is-wrong', wrong.length > 0);
}

const tell = (form: HTMLFormElement, text: string, look = ''): void =>
  saidOf(form).append(element('span', { class: look, lang: 'en', dir: 'ltr' }, text));

/** What stands in the fields is what is saved. */
function settle(form: HTMLFormElement, tag: string): void {
  fieldOf(form, 'was').value = tag;
  for (const area of areasOf(form)) {
    area.value = area.value.replaceAll(/\s*[\r\n]+\s*/g, ' ').trim();
    area.defaultValue = area.value;
  }
  form.classList.remove('changed', 'open');
  form.closest('td')?.classList.remove('missing');
  form.querySelector('.mark')?.remove();
}

type Theirs = Extract<SaveAnswer, { conflict: unknown }>['conflict'];

/** Both texts stay on the page until somebody chooses. */
function showConflict(form: HTMLFormElement, { text, tag, by }: Theirs): void {
  const forms = typeof text === 'object' ? text : { text: text ?? '' };
  const written = Object.values(forms).join(' / ');
  const words = element('p', { dir: 'auto' }, written || 'The word was taken out.');
  const keep = element('button', { type: 'button' }, 'Save mine');
  const take = element('button', { type: 'button' }, 'Take theirs');
  keep.addEventListener('click', () => {
    fieldOf(form, 'was').value = tag;
    form.requestSubmit();
  });
  take.addEventListener('click', () => {
    for (const area of areasOf(form)) {
      area.value = forms[area.name.replace(/^form\./, '') as keyof typeof forms] ?? '';
    }
    showWrong(form, []);
    settle(form, tag);
  });
  const who = element('strong', {}, `${by ?? 'Somebody else'} saved this word:`);
  saidOf(form).replaceChildren(element('div', { lang: 'en', dir: 'ltr' }, who, words, take, keep));
}

/** A word that is right in English may now be wrong in Lithuanian. */
function showRow(form: HTMLFormElement, wrong: { [locale: string]: Wrong[] }): void {
  for (const other of formsOf(form.closest('tr') ?? form)) {
    const locale = fieldOf(other, 'locale').value;
    if (other === form || !isChanged(other)) showWrong(other, wrong[locale] ?? []);
  }
}

async function save(form: HTMLFormElement): Promise<void> {
  const answer = await send<SaveAnswer>(form.action, form);
  if ('conflict' in answer) return showConflict(form, answer.conflict);
  if ('refused' in answer) {
    form.classList.add('open');
    return showWrong(form, answer.refused);
  }
  settle(form, answer.saved.tag);
  showRow(form, answer.wrong);
  tell(form, 'Saved', 'ok');
}

const failed = (form: HTMLFormElement) => () => {
  saidOf(form).replaceChildren();
  tell(form, 'Not saved: the studio does not answer. What you wrote stays here.', 'wrong');
};

function watch(form: HTMLFormElement): void {
  let timer = 0;
  let asked = 0;
  let saving = false;
  const check = async () => {
    const mine = (asked += 1);
    const { wrong } = await send<CheckAnswer>(`/studio/words/${form.dataset['words']}/check`, form);
    if (mine === asked) showWrong(form, wrong);
  };
  form.addEventListener('input', () => {
    form.classList.toggle('changed', isChanged(form));
    clearTimeout(timer);
    timer = window.setTimeout(() => void check().catch(failed(form)), CHECK_AFTER_MS);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(timer);
    asked += 1;
    if (saving) return;
    saving = true;
    void save(form)
      .catch(failed(form))
      .finally(() => (saving = false));
  });
  form.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'Enter' && event.target instanceof HTMLTextAreaElement) {
      event.preventDefault();
      form.requestSubmit();
    }
    if (event.key !== 'Escape') return;
    clearTimeout(timer);
    form.reset();
    form.classList.remove('changed');
    void check().catch(failed(form));
  });
}

export function start(): void {
  const forms = formsOf(document);
  for (const form of forms) watch(form);
  window.addEventListener('beforeunload', (event) => {
    if (forms.some(isChanged)) event.preventDefault();
  });
}
