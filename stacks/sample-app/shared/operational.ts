/** Whether a path serves the operation of the service rather than its users: it is neither traced nor counted. */
export const isOperational = (path: string): boolean => /^\/(health|admin)\//.test(path);
