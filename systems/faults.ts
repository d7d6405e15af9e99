import { prepareOf } from '../faults/index.ts';
import * as kinds from '../faults/kinds.ts';
import * as shop from './shop/faults/kinds.ts';

/** Finds a fault among all kinds: those for any system, and the shop's own. */
export const prepareFault = prepareOf([...Object.values(kinds), ...Object.values(shop)]);
