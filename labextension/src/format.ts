/** Numbers and shapes as the panel writes them. */

/** Three significant digits and an exponent of at least two, as in `2.85e-01`; `n/a` where there is no number. */
export function formatDifference(value: number | null): string {
  if (value === null || !Number.isFinite(value)) {
    return 'n/a';
  }
  if (value === 0) {
    return '0';
  }
  return value.toExponential(2).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** A gradient's entry: short where it can be written so, with an exponent where not, as the kernel's sentences have it. */
export function formatEntry(value: number | null): string {
  if (value === null || !Number.isFinite(value)) {
    return 'n/a';
  }
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e5)) {
    return String(Number(value.toPrecision(4)));
  }
  return value.toExponential(2).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** `3 × 5`, or the empty string for a single number. */
export function formatShape(shape: readonly number[]): string {
  return shape.join(' × ');
}

/** `[2, 0]`, the place of an entry. */
export function formatIndex(index: readonly number[]): string {
  return `[${index.join(', ')}]`;
}

/** `10,161`, as the sentences of the kernel write it. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `12 ms`, `1.3 s`, `2 min 5 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.9995) {
    return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  }
  if (seconds < 59.95) {
    return `${seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A time that is only expected: `12 s`, `3 min`, `1.5 h`. */
export function formatExpected(seconds: number): string {
  if (seconds < 59.5) {
    return `${Math.max(1, Math.round(seconds))} s`;
  }
  return seconds < 3570 ? `${Math.round(seconds / 60)} min` : `${Number((seconds / 3600).toFixed(1))} h`;
}

/**
 * Text of a person's own with the characters that turn the direction of what follows made visible, as in `⟨U+202E⟩`.
 *
 * #### Notes
 * A name may hold anything, and it stands within sentences: there, no style can keep it from turning the rest round.
 */
export function visible(text: string): string {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/g, turn => `⟨U+${turn.charCodeAt(0).toString(16).toUpperCase()}⟩`);
}

/** How many times one number is another: `2`, `-1`, `0.333`, `1.2e+05`; empty where that cannot be said. */
export function formatRatio(ratio: number | null): string {
  if (ratio === null || !Number.isFinite(ratio)) {
    return '';
  }
  const size = Math.abs(ratio);
  if (size === 0 || (size >= 1e-3 && size < 1e4)) {
    return String(Number(ratio.toPrecision(3)));
  }
  return ratio.toExponential(0).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** The day and time at which something was; the empty string where that is not known. */
export function formatDate(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime())
    ? ''
    : date.toLocaleString(undefined, { dateStyle: 'long', timeStyle: 'medium', hour12: false });
}

/** The time of day at which something was, as the person's own clocks write it: `14:05:09`. */
export function formatTime(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleTimeString(undefined, { hour12: false });
}
