/** Builds dist/: the package, the page of the sandbox with the library that it loads in a browser, and what can be run. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PAGE = join('lib', 'sandbox', 'page');
const LIT = join('node_modules', 'lit-html');

for (const project of ['.', PAGE]) {
  const { status } = spawnSync(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', project], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

for (const name of ['index.html', 'page.css', 'icon.svg']) cpSync(join(PAGE, name), join('dist', PAGE, name));

// By its files: the package's name leads Node to its build for servers. The maps that it speaks of are not shipped.
for (const name of ['lit-html.js', 'directive.js', 'directive-helpers.js', join('directives', 'repeat.js'), 'LICENSE']) {
  const target = join('dist', PAGE, 'lit', name);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, readFileSync(join(LIT, name), 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, ''));
}

for (const bin of Object.values(JSON.parse(readFileSync('package.json', 'utf8')).bin)) chmodSync(bin, 0o755);

// Nobody can import what is inside, so its types are not shipped: only those that the public names lead to.
const TYPES = join('dist', 'lib');
const reached = new Set();
reach(join(TYPES, 'index.d.ts'));
for (const name of readdirSync(TYPES, { recursive: true }))
  if (name.endsWith('.d.ts') && !reached.has(join(TYPES, name))) rmSync(join(TYPES, name));

function reach(file) {
  if (reached.has(file)) return;
  reached.add(file);
  for (const [, target] of readFileSync(file, 'utf8').matchAll(/\b(?:from|import)\b *\(?['"](\.[^'"]+)\.[jt]s['"]/g))
    reach(join(dirname(file), `${target}.d.ts`));
}
