/** Which names a cell defines when it runs. */

const NAME = '[\\p{L}\\p{Nl}_][\\p{L}\\p{N}\\p{M}_]*';
const DEFINES = new RegExp(`^(?:async\\s+def|def|class)\\s+(${NAME})`, 'u');
const IS_FUNCTION = /^(?:async\s+def|def)\b/;
const TARGET = new RegExp(`^[\\s*]*(?:${NAME}\\s*\\.\\s*)*(${NAME})\\s*$`, 'u');
const STRING = /^(?:[rbuft]{0,2})('''|"""|'|")/i;

/**
 * The names that `source` defines: functions and classes at any depth, methods among them, and what it assigns,
 * imports or deletes outside of functions.
 *
 * #### Notes
 * Not a parser: it errs on the side of a name too many. A mark that goes too early comes back with the next check; one
 * that stays would lie.
 */
export function definedNames(source: string): Set<string> {
  const names = new Set<string>();
  /** Indent of the outermost function that the line is in. */
  let within: number | null = null;
  for (const { indent, text } of statements(source)) {
    if (within !== null && indent <= within) {
      within = null;
    }
    const definition = DEFINES.exec(text);
    if (definition) {
      names.add(definition[1]!);
      if (within === null && IS_FUNCTION.test(text)) {
        within = indent;
      }
    } else if (within === null) {
      targets(text).forEach(name => names.add(name));
    }
  }
  return names;
}

/** The names that a statement which defines no function binds or unbinds. */
function targets(text: string): string[] {
  const imported = /^(?:from\s+\S+\s+)?import\s+(.*)$/.exec(text);
  if (imported) {
    return imported[1]!.split(',').flatMap(each => lastName(each.replace(/^.*\sas\s/, '')));
  }
  const deleted = /^del\b(.*)$/.exec(text);
  if (deleted) {
    return deleted[1]!.split(',').flatMap(lastName);
  }
  // What stands before an `=` that is no comparison and, being outside of brackets, no argument.
  const sides = text.split(/(?<![=!<>+\-*/%&|^@:~])=(?!=)/).slice(0, -1);
  return sides.flatMap(side => side.replace(/:.*$/, '').split(',').flatMap(lastName));
}

function lastName(target: string): string[] {
  const found = TARGET.exec(target);
  return found ? [found[1]!] : [];
}

interface Statement {
  indent: number;
  text: string;
}

/** Before a bracket: a tuple of targets, or of imported names. Only there does it hold names that are bound. */
const TUPLE = /^(from\b.*\bimport)?\s*$/;

/** The statements of `source`, each on one line; nothing is left of comments, strings and what brackets hold. */
function statements(source: string): Statement[] {
  const found: Statement[] = [];
  let text = '';
  let indent: number | null = null;
  /** Of each open bracket, whether what it holds is left out. */
  const open: boolean[] = [];
  const keep = (kept: string) => {
    text += open.includes(true) ? '' : kept;
  };
  const end = () => {
    if (text.trim() !== '') {
      found.push({ indent: indent ?? 0, text: text.trim() });
    }
    text = '';
  };
  for (let at = 0; at < source.length; ) {
    const rest = source.slice(at, at + 6);
    const string = STRING.exec(rest);
    if (indent === null) {
      indent = /^[ \t]*/.exec(source.slice(at, at + 1000))![0].length;
      at += indent;
    } else if (string && (string[0] === string[1] || !/[\p{L}\p{N}_]/u.test(source[at - 1] ?? ''))) {
      at = afterString(source, at + string[0].length, string[1]!);
      keep('""');
    } else if (rest[0] === '#') {
      const newline = source.indexOf('\n', at);
      at = newline === -1 ? source.length : newline;
    } else if (/^\\\r?\n/.test(rest)) {
      at = source.indexOf('\n', at) + 1;
    } else {
      const char = rest[0]!;
      at += 1;
      if ('([{'.includes(char)) {
        const tuple = char === '(' && TUPLE.test(text);
        keep(tuple ? ' ' : '[]');
        open.push(!tuple);
      } else if (')]}'.includes(char)) {
        open.pop();
      } else if (open.length === 0 && (char === '\n' || char === ';')) {
        end();
        indent = char === '\n' ? null : indent;
      } else {
        keep(char === '\n' ? ' ' : char);
      }
    }
  }
  end();
  return found;
}

/** Where the string ends that `quote` closes; a single-quoted one ends with its line at the latest. */
function afterString(source: string, start: number, quote: string): number {
  let at = start;
  while (at < source.length) {
    if (source[at] === '\\') {
      at += 2;
    } else if (source.startsWith(quote, at)) {
      return at + quote.length;
    } else if (quote.length === 1 && source[at] === '\n') {
      return at;
    } else {
      at += 1;
    }
  }
  return source.length;
}
