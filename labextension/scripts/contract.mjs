// Writes labextension/src/contract.ts from the JSON Schemas in jupyterlab_gradcheck/contract.
// With --check it writes nothing and fails when the committed file is not what would be written.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from 'json-schema-to-typescript';

// What crosses between the server and the panel.
const NAMES = ['candidates', 'check', 'error', 'event', 'report', 'request', 'steps'];
const ID = /^https:\/\/schema\.jupyter\.org\/jupyterlab_gradcheck\/(\w+)\/v1$/;

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const target = join(root, 'labextension', 'src', 'contract.ts');

const documents = new Map(
  NAMES.map(name => [
    name,
    JSON.parse(readFileSync(join(root, 'jupyterlab_gradcheck', 'contract', `${name}.json`), 'utf8'))
  ])
);

// All definitions by their title: one document without outside references, so that nothing is fetched and
// a definition that two documents share is written once.
const definitions = {};

function collect(schema, document, key) {
  const title = schema.title ?? `${document}/${key}`;
  const rest = simplify(schema, document);
  delete rest.$defs;
  delete rest.$id;
  delete rest.$schema;
  const seen = definitions[title];
  if (seen && JSON.stringify(seen) !== JSON.stringify(rest)) {
    throw new Error(`two different definitions have the title ${title}`);
  }
  definitions[title] = rest;
}

function titleOf(ref, document) {
  const [address, pointer] = ref.split('#');
  const name = address === '' ? document : ID.exec(address)?.[1];
  let schema = documents.get(name);
  for (const part of (pointer ?? '').split('/').filter(Boolean)) {
    schema = schema?.[part];
  }
  if (!schema) {
    throw new Error(`${document}.json refers to ${ref}, which is not there`);
  }
  return schema.title ?? `${name}/${(pointer ?? '').split('/').pop()}`;
}

function simplify(node, document) {
  if (Array.isArray(node)) {
    return node.map(item => simplify(item, document));
  }
  if (node === null || typeof node !== 'object') {
    return node;
  }
  if (typeof node.$ref === 'string') {
    // Keywords beside $ref would make the generator write a copy of the definition: they say nothing about the type.
    const title = titleOf(node.$ref, document);
    return title.includes('/') ? simplify(untitled(title), document) : { $ref: `#/$defs/${title}` };
  }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, simplify(value, document)]));
}

// A definition without a title of its own is written where it is used.
function untitled(title) {
  const [document, key] = title.split('/');
  return documents.get(document).$defs[key];
}

for (const [name, document] of documents) {
  collect(document, name, name);
  for (const [key, schema] of Object.entries(document.$defs ?? {})) {
    if (schema.title) {
      collect(schema, name, key);
    }
  }
}

const made = await compile({ title: 'Contract', $defs: definitions }, 'Contract', {
  additionalProperties: false,
  bannerComment:
    '/* Generated from jupyterlab_gradcheck/contract/*.json by `jlpm generate:contract`. Do not edit. */',
  ignoreMinAndMaxItems: true,
  style: { singleQuote: true, trailingComma: 'none', arrowParens: 'avoid' },
  unreachableDefinitions: true,
  $refOptions: { resolve: { file: false, http: false } }
});
// The root only carries the definitions.
const text = made
  .replace(/export interface Contract \{[^}]*\}\n\n?/, '')
  .replace(/\/\*\*\n(?: \*[^\n]*\n)* \* via the `definition` "[^\n]*\n \*\/\n/g, '')
  .replace(/\n \*\n \* This interface was referenced by [^\n]*\n \* via the `definition` "[^\n]*/g, '');

if (process.argv.includes('--check')) {
  let committed = '';
  try {
    committed = readFileSync(target, 'utf8');
  } catch {
    // Said below: a missing file is not what would be written either.
  }
  if (committed !== text) {
    console.error('labextension/src/contract.ts does not match the schemas: run `jlpm generate:contract`.');
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
