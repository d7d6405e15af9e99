import { z } from 'zod';

/** The parts of a configuration on which an alert depends. */
export const dependencyParts = ['rule', 'scrape', 'route', 'templates', 'receiver'] as const;
export type DependencyPart = (typeof dependencyParts)[number];

/** A hash for each part on which an alert depends, over what the files say without their secrets. */
export const dependencyHashes = z.object({
  rule: z.string().describe('the rule, with its evaluation interval and the recording rules that it reads'),
  scrape: z
    .string()
    .optional()
    .describe(
      'the scrape jobs of Prometheus whose series it may read; absent: written before this part was told',
    ),
  route: z
    .string()
    .describe(
      'the routes that its labels take to the receiver, with grouping, intervals and times; what Prometheus does to its alerts; the inhibit rules that may mute it',
    ),
  templates: z.string().describe('the templates that the receiver may use'),
  receiver: z.string().describe('the receivers or contact points at the end of these routes'),
});

/** Which rule of the files it is. Its group and its place tell apart rules of one name. */
export const ruleReference = z.object({
  manager: z.enum(['prometheus', 'grafana']),
  file: z.string(),
  group: z.string(),
  index: z.int().describe('index among the rules of its group, from 0'),
});

/** What one alert depends on, as its files say it. */
export const dependencies = z.object({
  rule: ruleReference,
  sent: z
    .array(z.record(z.string(), z.string()))
    .describe('label sets with which the alert was at its manager, or those that its page should have had'),
  hashes: dependencyHashes,
});

export type DependencyHashes = z.output<typeof dependencyHashes>;
export type RuleReference = z.output<typeof ruleReference>;
export type Dependencies = z.output<typeof dependencies>;

/** The parts that differ. A part that an older line does not have is not compared. */
export const changedDependencies = (
  now: DependencyHashes | undefined,
  then: DependencyHashes,
): DependencyPart[] =>
  dependencyParts.filter((part) => then[part] !== undefined && now?.[part] !== then[part]);
