/** Goes to the line of a gradient, or tells why not. */

import { Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Code, Report, SourcePlace } from './contract';
import { visible } from './format';
import { codeOf } from './locate';
import type { MarkBoard } from './marks/board';
import type { Sought } from './marks/place';
import { reveal } from './reveal';

const PATIENCE = 6_000;

/** `report` is the one that `place` is from, where it is at hand: it tells the function that the line is in. */
export async function goTo(
  panel: NotebookPanel | null,
  place: SourcePlace,
  report: Report | null,
  marks: MarkBoard,
  trans: TranslationBundle
): Promise<void> {
  if (panel === null) {
    return;
  }
  const code = codeOf(place, report);
  const became = await reveal(panel, { place, code, known: code && marks.anchorOf(panel, code) });
  const message = messageOf(became, code, trans);
  if (message !== null) {
    Notification.warning(message, { autoClose: PATIENCE });
  }
}

function messageOf(became: Sought['kind'], code: Code | null, trans: TranslationBundle): string | null {
  const name = visible(code?.name ?? '');
  switch (became) {
    case 'found':
      return null;
    case 'stale':
      return trans.__('The code of %1 has changed since this check.', name);
    case 'ambiguous':
      return trans.__('Several cells hold this code of %1, so its line cannot be told.', name);
    case 'gone':
      return code
        ? trans.__('%1 is no longer in this notebook as it was checked.', name)
        : trans.__('This line is no longer in this notebook.');
    case 'elsewhere':
      return trans.__('%1 is in another file, not in this notebook.', name);
  }
}
