import type { ImageFacts } from '../component.ts';

/** Name of the holder among a stack's images. */
export const holderName = 'holder';

/** The container that holds a pod's network namespace, so that it outlives the pod's components. */
export const holder: ImageFacts = {
  reference: 'registry.k8s.io/pause:3.10',
  entrypoint: ['/pause'],
  user: '65535',
  config: '/',
  data: '/',
};
