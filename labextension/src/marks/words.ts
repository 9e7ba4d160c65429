/** What a mark says. */

import type { TranslationBundle } from '@jupyterlab/translation';

import { formatDifference, visible } from '../format';
import type { Finding } from './finding';

/** In one string, for a title. */
export function summary(findings: readonly Finding[], trans: TranslationBundle): string {
  return findings.map(finding => `${heading(finding, trans)}\n${visible(finding.message)}`).join('\n\n');
}

/** As an element. Text nodes only: a gradient's name is the person's own, and may look like markup. */
export function explanation(findings: readonly Finding[], trans: TranslationBundle): HTMLElement {
  const root = document.createElement('div');
  root.className = 'jp-gradcheck-tooltip';
  for (const finding of findings) {
    const title = root.appendChild(document.createElement('div'));
    title.className = 'jp-gradcheck-tooltip-title';
    title.textContent = heading(finding, trans);
    const message = root.appendChild(document.createElement('p'));
    message.textContent = visible(finding.message);
    const difference = root.appendChild(document.createElement('p'));
    difference.className = 'jp-gradcheck-tooltip-difference';
    difference.textContent = trans.__('Relative difference %1', formatDifference(finding.difference));
  }
  return root;
}

function heading({ gradient }: Finding, trans: TranslationBundle): string {
  return trans.__('%1 is wrong', visible(gradient));
}
