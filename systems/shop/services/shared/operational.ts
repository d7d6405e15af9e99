/** Whether a path is for operating the service and not for users: such requests are neither traced nor counted. */
export const isOperational = (path: string): boolean => /^\/(health|admin)\//.test(path);
