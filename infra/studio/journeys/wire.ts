/** What the page of a journey and its script in the browser say to each other. Types alone: both sides read them. */

/** Parts of the page by their `data-part`, as HTML made by the server; those that are absent stay. */
export type PreviewAnswer = {
  parts: { [name: string]: string };
  problems: { line: number; got: string; wanted: string }[];
};
