/** Saves a report as a file: as JSON, or as a page that needs neither JupyterLab nor scripts. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';

import { ReportView } from './components/report';
import type { Report } from './contract';
import { formatDate, visible } from './format';

/** The notebook that a report is about, and when it was checked, ISO 8601; the latter empty where nobody knows. */
export interface Origin {
  notebook: string;
  at: string;
}

/** Offer `report` to the person's browser as a download. */
export function save(report: Report, format: 'json' | 'html', { notebook, at }: Origin, trans: TranslationBundle): void {
  const text = format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : pageOf(report, { notebook, at }, trans);
  const blob = new Blob([text], { type: format === 'json' ? 'application/json' : 'text/html;charset=utf-8' });
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = `${notebook.replace(/\.ipynb$/, '') || 'report'}.gradcheck.${format}`;
  link.click();
  // The browser needs it until the download has begun.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The report as a page of its own: the panel's own components, with the rows that are not right opened. */
export function pageOf(report: Report, { notebook, at }: Origin, trans: TranslationBundle): string {
  const host = document.createElement('div');
  const root = createRoot(host);
  flushSync(() => root.render(<ReportView report={report} trans={trans} fixed />));
  const body = host.innerHTML;
  root.unmount();
  const title = document.createElement('title');
  title.textContent = `${trans.__('Gradient check')}: ${notebook}`;
  const heading = document.createElement('h1');
  heading.textContent = trans.__('Gradient check');
  const origin = document.createElement('p');
  origin.className = 'jp-gradcheck-origin';
  origin.textContent = [visible(notebook), formatDate(at)].filter(part => part !== '').join(' · ');
  return [
    '<!DOCTYPE html>',
    `<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${title.outerHTML}`,
    `<style>\n${styleOf(document)}\n</style></head>`,
    `<body class="jp-gradcheck-page"><main class="jp-gradcheck-root">${heading.outerHTML}${origin.outerHTML}${body}</main></body></html>`,
    ''
  ].join('\n');
}

/** The extension's rules among the style sheets of `page`, and the theme's variables that they use with their values. */
function styleOf(page: Document): string {
  const rules: string[] = [];
  for (const sheet of page.styleSheets) {
    try {
      rules.push(...[...sheet.cssRules].map(rule => rule.cssText).filter(text => text.includes('jp-gradcheck')));
    } catch {
      // A sheet of another origin, which is none of ours.
    }
  }
  const used = new Set(rules.join('\n').match(/--jp-(?!gradcheck)[\w-]+/g) ?? []);
  const theme = getComputedStyle(page.body);
  const variables = [...used]
    .map(name => [name, theme.getPropertyValue(name).trim()] as const)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `  ${name}: ${value};`);
  return `:root {\n${variables.join('\n')}\n}\n${rules.join('\n')}`.replace(/<\//g, '<\\/');
}
