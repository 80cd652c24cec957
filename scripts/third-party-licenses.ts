import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

const FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENCE = /^(?:licen[cs]e|copying|notice)/i;

/**
 * Writes the licence of every package whose code ends up inside the build: that code is distributed, so its terms are
 * too.
 */
export function thirdPartyLicenses(target: string): Plugin {
  return {
    name: 'third-party-licenses',
    setup(build) {
      build.initialOptions.metafile = true;
      build.onEnd(async ({ metafile }) => {
        const outputs = Object.values(metafile?.outputs ?? {});
        const inputs = outputs.flatMap((output) => Object.entries(output.inputs));
        const bundled = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, await licencesOf(packageFolders(bundled)));
      });
    },
  };
}

function packageFolders(inputs: readonly string[]): string[] {
  const folders = inputs.flatMap((input) => FOLDER.exec(input)?.[1] ?? []);
  return [...new Set(folders)].sort();
}

async function licencesOf(folders: readonly string[]): Promise<string> {
  const sections = await Promise.all(folders.map(licenceOf));
  return `Curfew contains code of the packages below.\n\n${sections.join('\n')}`;
}

async function licenceOf(folder: string): Promise<string> {
  const about = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const names = (await readdir(folder)).filter((name) => LICENCE.test(name)).sort();
  // Without its text a package may not be redistributed: the build stops rather than leaving it out.
  if (names.length === 0) throw new Error(`${about.name} is bundled but has no licence file`);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const title = `${about.name} ${about.version} (${about.license})`;
  return `${title}\n${'-'.repeat(title.length)}\n\n${texts.map((text) => text.trim()).join('\n\n')}\n`;
}
