/*
 * The container by which @peculiar/x509 finds its algorithms does not load where nothing keeps the metadata of
 * decorators. None of its classes has any, so that the answer is always the same.
 */
const none = () => undefined;
if (!('getMetadata' in Reflect)) Object.assign(Reflect, { getMetadata: none, getOwnMetadata: none });
