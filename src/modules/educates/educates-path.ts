/** Where the module is mounted. */
export const educatesPath = '/api/educates';
