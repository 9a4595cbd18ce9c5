/** A journey: its picture, the same in words, what else holds for it, and its file. */
import type { Child } from 'hono/jsx';
import { title } from '../../local/web/words.ts';
import { Token } from '../layout.tsx';
import type { StudioContext } from '../security.ts';
import { mailAddress, wordsAddress } from '../words/address.ts';
import { JourneyPicture } from './drawing.tsx';
import { figureLines, type FiguresOf, reasonLines } from './figures.ts';
import type { GraphNode, GraphStep } from './graph.ts';
import type { JourneyView } from './view.ts';

export const journeyAddress = (id: string): string => `/studio/journeys/${id}`;

const TONES = { live: 'good', shadow: 'wait', off: 'stop' } as const;

const StepWords = ({ node, figures }: { node: GraphNode; figures: FiguresOf }) => {
  const numbers = figures(node.step);
  return (
    <>
      <b>
        {node.mail === undefined ? node.title : <a href={mailAddress(node.mail)}>{node.title}</a>}
      </b>{' '}
      {node.step && <code>{node.step}</code>}
      {node.details.map((detail) => (
        <span class="detail">{detail}</span>
      ))}
      {node.code !== undefined && (
        <span class="detail">
          <code>{node.code}</code>
        </span>
      )}
      {numbers && (
        <span class="detail figures">
          {figureLines(numbers).join(', ')}
          {reasonLines(numbers).length > 0 && `: ${reasonLines(numbers).join('; ')}`}
        </span>
      )}
    </>
  );
};

const StepList = ({ steps, figures }: { steps: readonly GraphStep[]; figures: FiguresOf }) => (
  <ol>
    {steps.map(({ node, arms = [] }) => (
      <li>
        <StepWords node={node} figures={figures} />
        {arms.length > 0 && (
          <ul>
            {arms.map(({ label, steps: inner }) => (
              <li>
                <b>{label}:</b>{' '}
                {inner.length > 0 ? <StepList steps={inner} figures={figures} /> : 'goes on'}
              </li>
            ))}
          </ul>
        )}
      </li>
    ))}
  </ol>
);

export const Problems = ({ view }: { view: JourneyView }) =>
  view.problems.length > 0 ? (
    <div class="card problems">
      <h2>
        {view.problems.length === 1
          ? 'One thing to mend'
          : `${view.problems.length} things to mend`}
      </h2>
      <ul>
        {view.problems.map(({ line, got, wanted }) => (
          <li>
            <a href="#journey-text" data-line={line}>
              Line {line}
            </a>
            : got {got}. Wanted: {wanted}.
          </li>
        ))}
      </ul>
    </div>
  ) : (
    <p class="note fine">Nothing is wrong with it.</p>
  );

export const PictureCard = ({ view }: { view: JourneyView }) =>
  view.graph ? (
    <JourneyPicture graph={view.graph} figures={view.figures} />
  ) : (
    <p class="note">There is nothing to draw until the file can be read.</p>
  );

export const Steps = ({ view }: { view: JourneyView }) =>
  view.graph ? (
    <>
      <p>
        <b>{view.graph.trigger.title}</b>
        {view.graph.trigger.details.map((detail) => `, ${detail}`)}
      </p>
      <StepList steps={view.graph.steps} figures={view.figures} />
    </>
  ) : null;

export const Facts = ({ view }: { view: JourneyView }) => (
  <dl class="facts">
    {view.facts.map(({ name, words }) => (
      <>
        <dt>{name}</dt>
        {words.map((each) => (
          <dd>{each}</dd>
        ))}
      </>
    ))}
  </dl>
);

/** Replaced by the script when the text changes. */
const Part = ({ name, live, children }: { name: string; live?: boolean; children: Child }) => (
  <div data-part={name} aria-live={live ? 'polite' : undefined}>
    {children}
  </div>
);

type Editing = { c: StudioContext; view: JourneyView; tag: string; unsaved: boolean };

const Editor = ({ c, view, tag, unsaved }: Editing) => {
  const address = journeyAddress(view.id);
  return (
    <form
      class="journey-edit"
      method="post"
      action={address}
      data-journey={view.id}
      data-unsaved={unsaved ? 'yes' : undefined}
    >
      <Token c={c} />
      <input type="hidden" name="was" value={tag} />
      <label for="journey-text">
        <code>{view.path}</code>
      </label>
      <textarea
        id="journey-text"
        name="text"
        data-editor="yaml"
        rows={Math.min(40, view.text.split('\n').length + 1)}
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        aria-describedby="journey-problems"
      >
        {/* A browser leaves out the first line end behind the tag. */}
        {`\n${view.text}`}
      </textarea>
      <div class="buttons">
        <button class="first">Save</button>
        <button formaction={`${address}/preview`}>Check and draw</button>
        {unsaved && <a href={address}>Leave my changes</a>}
      </div>
    </form>
  );
};

export const JourneyPage = ({ c, view, tag, unsaved, saved }: Editing & { saved: boolean }) => {
  const mode = view.graph?.file?.mode;
  return (
    <>
      <a class="back" href="/studio">
        Journeys
      </a>
      <div class="journey-head">
        <h1>{title(view.id)}</h1>
        {mode && <span class={`pill ${TONES[mode]}`}>{mode}</span>}
        {unsaved && <span class="pill wait">not saved</span>}
        {saved && (
          <span class="pill good" role="status">
            Saved
          </span>
        )}
        <a class="button" href={wordsAddress(view.id)}>
          Words
        </a>
      </div>
      <div class="journey-page">
        <section class="card board" aria-label="Picture of the journey" tabindex={0}>
          <Part name="picture">
            <PictureCard view={view} />
          </Part>
        </section>
        <section class="beside" aria-label="About the journey">
          <h2>What holds for it</h2>
          <Part name="facts">
            <Facts view={view} />
          </Part>
          <h2>Step by step</h2>
          <Part name="steps">
            <div class="journey-steps">
              <Steps view={view} />
            </div>
          </Part>
          {!view.counted && (
            <p class="note">Numbers stand here as soon as mails of this journey were planned.</p>
          )}
        </section>
        <section class="edit" aria-label="The file">
          <h2>Change it</h2>
          <div id="journey-problems">
            <Part name="problems" live>
              <Problems view={view} />
            </Part>
          </div>
          <Editor c={c} view={view} tag={tag} unsaved={unsaved} />
        </section>
      </div>
    </>
  );
};
