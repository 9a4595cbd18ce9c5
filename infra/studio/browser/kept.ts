/** Unsaved text outlives a reload: it is kept in this window's session, with the tag it began with. */
export type Kept = { text: string; was?: string };

const keyOf = (workspace: string, path: string): string => `perennial studio ${workspace} ${path}`;

export function keptText(workspace: string, path: string): Kept | undefined {
  try {
    const kept = sessionStorage.getItem(keyOf(workspace, path));
    const value: unknown = kept === null ? undefined : JSON.parse(kept);
    return typeof (value as Kept | undefined)?.text === 'string' ? (value as Kept) : undefined;
  } catch {
    // A browser that keeps nothing still edits.
    return undefined;
  }
}

export function keep(workspace: string, path: string, kept: Kept | undefined): void {
  try {
    if (kept) sessionStorage.setItem(keyOf(workspace, path), JSON.stringify(kept));
    else sessionStorage.removeItem(keyOf(workspace, path));
  } catch {
    // Full or forbidden: the window still has it, and asks before it closes.
  }
}
