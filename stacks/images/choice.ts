/** Which images the components run from; `auto`: the official ones, if every one can be had, else local ones. */
export const imageChoices = ['auto', 'official', 'local'] as const;
export type ImageChoice = (typeof imageChoices)[number];
