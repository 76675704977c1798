// Puts the hundreds of modules that a program loads into a few files: to find, read and compile each of them is most of what
// a start takes. Packages stay where they are, and what is imported late stays apart and is loaded when it is needed. The
// modules stay too, for tests, worker threads and whoever imports parts of the package.
import { readFile } from 'node:fs/promises'
import { basename, dirname, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))

/** From which module, into which file. The client of the benches takes the place of its module, as nothing imports it. */
const programs = {
  'cli/archive-streams.js': 'bin/archive-streams.js',
  'bench/engine/peer-client.js': 'bench/engine/peer-client.js',
}

/** Modules find workers, schemas and packages from where they lie: each keeps its own URL, as seen from the new file. */
const keepUrls = (folder) => ({
  name: 'keep-urls',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.js$/ }, async ({ path }) => {
      const place = relative(folder, path).split(sep).join('/')
      const url = `new URL(${JSON.stringify(place)}, import.meta.url).href`
      const code = await readFile(path, 'utf8')
      return { contents: code.replaceAll('import.meta.url', url), resolveDir: dirname(path) }
    }),
})

for (const [from, to] of Object.entries(programs)) {
  const outdir = dirname(`${dist}${to}`)
  await build({
    entryPoints: { [basename(to, '.js')]: `${dist}${from}` },
    outdir,
    allowOverwrite: true,
    plugins: [keepUrls(outdir)],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  })
}
