/** Which images the components use; `auto`: the official ones if all of them are available, otherwise local ones. */
export const imageChoices = ['auto', 'official', 'local'] as const;
export type ImageChoice = (typeof imageChoices)[number];
