import { alertmanager } from './recipes/alertmanager/recipe.ts';
import { collector } from './recipes/collector/recipe.ts';
import { grafana } from './recipes/grafana/recipe.ts';
import { k6 } from './recipes/k6/recipe.ts';
import { loki } from './recipes/loki/recipe.ts';
import { prometheus } from './recipes/prometheus/recipe.ts';
import { tempo } from './recipes/tempo/recipe.ts';
import { toxiproxy } from './recipes/toxiproxy/recipe.ts';

/** Every tool that firedrill can build, by name. */
export const recipes = { prometheus, alertmanager, collector, loki, tempo, grafana, k6, toxiproxy } as const;

export type ToolName = keyof typeof recipes;
export type Binary = (typeof recipes)[ToolName]['binaries'][number];
