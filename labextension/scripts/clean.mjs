// Removes what a build makes, so that a production build holds nothing of an older one.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
for (const made of ['lib', 'jupyterlab_gradcheck/labextension']) {
  rmSync(join(root, made), { recursive: true, force: true });
}
