import type { Report } from '../src/contract';
import { pageOf, save } from '../src/save';
import { failing, good, parameter, passing, screened, trans } from './fixtures';

const MARKUP = '</style><script>throw 1</script><img src="https://example.org/x.png" onerror="throw 1">';

function page(report: Report, notebook = 'network.ipynb'): { text: string; document: Document } {
  const text = pageOf(report, { notebook, at: '2026-01-05T10:05:00' }, trans);
  return { text, document: new DOMParser().parseFromString(text, 'text/html') };
}

function addStyle(text: string): void {
  const style = document.head.appendChild(document.createElement('style'));
  style.textContent = text;
}

afterEach(() => {
  document.head.innerHTML = '';
  document.body.removeAttribute('style');
});

describe('a report as a page', () => {
  test('says what the panel says', () => {
    const { text, document: saved } = page(failing);
    expect(text).toMatch(/^<!DOCTYPE html>\n/);
    expect(saved.title).toBe('Gradient check: network.ipynb');
    expect(saved.querySelector('h1')!.textContent).toBe('Gradient check');
    // In the words of whoever saves it.
    expect(saved.querySelector('.jp-gradcheck-origin')!.textContent).toMatch(/^network\.ipynb · .*2026.*10:05:00/);
    expect(saved.querySelector('.jp-gradcheck-verdict')!.textContent).toBe(failing.message);
    expect(saved.querySelectorAll('[data-parameter]')).toHaveLength(failing.parameters.length);
    expect(saved.characterSet).toBe('UTF-8');
  });

  test('has the rows that are not right opened, with their pictures', () => {
    const { document: saved } = page(screened);
    const opened = [...saved.querySelectorAll('.jp-gradcheck-details')].map(
      details => details.closest<HTMLElement>('[data-parameter]')!.dataset['parameter']
    );
    expect(opened).toEqual(['W1', 'W2']);
    expect(saved.querySelectorAll('svg.jp-gradcheck-map')).toHaveLength(1);
  });

  test('needs no script, no server and no other file', () => {
    const kernel = parameter({
      verdict: 'fail',
      source: { cell_id: 'a', line: 3, text: 'dW = 1' },
      sample: { analytic: [1, 2], numerical: [1, 2], verdict: ['pass', 'fail'] },
      map: { shape: [64, 64], values: Array<number>(4096).fill(1) }
    });
    addStyle('.jp-gradcheck-map { fill: var(--jp-error-color1); }');
    for (const report of [failing, passing, screened, good<Report>('report.causes'), { ...passing, parameters: [kernel] }]) {
      const { text, document: saved } = page(report);
      expect(saved.querySelectorAll('script, link, iframe, object, embed, img, form, base')).toHaveLength(0);
      expect(text).not.toMatch(/https?:|@import|url\(|src=|href=|\son\w+=/i);
      // Nothing in it would answer a click.
      expect(saved.querySelectorAll('button, input, select, a')).toHaveLength(0);
    }
  });

  test('has every parameter, however many', () => {
    const parameters = Array.from({ length: 150 }, (_, at) => parameter({ name: `W${at}` }));
    expect(page({ ...passing, parameters }).document.querySelectorAll('[data-parameter]')).toHaveLength(150);
  });

  test('takes markup in names, sentences and code for text', () => {
    const source = { cell_id: null, line: 1, text: MARKUP };
    const wrong = parameter({ name: MARKUP, gradient: MARKUP, message: MARKUP, verdict: 'fail', source });
    const place = { name: MARKUP, cell_id: null, line: null };
    const report = {
      ...passing,
      message: MARKUP,
      parameters: [wrong],
      forward: place,
      backward: place,
      warnings: [{ code: MARKUP, message: MARKUP }]
    };
    const { document: saved } = page(report, MARKUP);
    expect(saved.querySelectorAll('script, img')).toHaveLength(0);
    expect(saved.title).toBe(`Gradient check: ${MARKUP}`);
    expect(saved.querySelector('.jp-gradcheck-origin')!.textContent).toContain(MARKUP);
    expect(saved.querySelector('.jp-gradcheck-name')!.textContent).toBe(MARKUP);
    expect(saved.querySelectorAll('style')).toHaveLength(1);
  });

  test('takes along the rules of the extension and the values of the theme, and no others', () => {
    addStyle('.jp-gradcheck-row { color: var(--jp-ui-font-color1); width: var(--jp-gradcheck-wide); }');
    addStyle('.jp-Notebook { background: url("https://example.org/secret.png"); }');
    document.body.style.setProperty('--jp-ui-font-color1', 'rgb(1, 2, 3)');
    document.body.style.setProperty('--jp-unused', 'red');
    const style = page(passing).document.querySelector('style')!.textContent!;
    expect(style).toContain('.jp-gradcheck-row');
    expect(style).toMatch(/:root \{\s+--jp-ui-font-color1: rgb\(1, 2, 3\);\s+\}/);
    expect(style).not.toContain('example.org');
    expect(style).not.toContain('--jp-unused');
  });

  test('is not left by a style that claims to end', () => {
    addStyle('.jp-gradcheck-row { color: var(--jp-odd); }');
    document.body.style.setProperty('--jp-odd', '"</style><script>throw 1</script>"');
    const { document: saved } = page(passing);
    expect(saved.querySelectorAll('script')).toHaveLength(0);
  });

  test('leaves nothing behind in the panel', () => {
    const before = document.body.innerHTML;
    pageOf(failing, { notebook: 'a.ipynb', at: '' }, trans);
    expect(document.body.innerHTML).toBe(before);
  });
});

describe('saving', () => {
  let blobs: Blob[];
  let links: string[];
  let clicks: jest.SpyInstance;

  beforeEach(() => {
    jest.useFakeTimers();
    blobs = [];
    links = [];
    Object.assign(URL, {
      createObjectURL: (blob: Blob) => `blob:${blobs.push(blob)}`,
      revokeObjectURL: jest.fn()
    });
    clicks = jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      links.push(`${this.download} ${this.href}`);
    });
  });

  afterEach(() => {
    clicks.mockRestore();
    jest.useRealTimers();
  });

  const text = (blob: Blob) =>
    new Promise(resolve => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.readAsText(blob);
      jest.runAllTimers();
    });

  test('as JSON keeps the report as it is', async () => {
    save(failing, 'json', { notebook: 'network.ipynb', at: '' }, trans);
    expect(links).toEqual(['network.gradcheck.json blob:1']);
    expect(blobs[0]!.type).toBe('application/json');
    expect(JSON.parse((await text(blobs[0]!)) as string)).toEqual(failing);
  });

  test('as HTML is named after the notebook, and the address is given back in time', () => {
    save(failing, 'html', { notebook: 'a.ipynb.ipynb', at: '' }, trans);
    save(failing, 'html', { notebook: '', at: '' }, trans);
    expect(links).toEqual(['a.ipynb.gradcheck.html blob:1', 'report.gradcheck.html blob:2']);
    expect(URL.revokeObjectURL).not.toHaveBeenCalled();
    jest.runAllTimers();
    expect(URL.revokeObjectURL).toHaveBeenCalledTimes(2);
  });
});
