export { PythonPortalModule } from './python-portal.module.js';
export { checkContent } from './content/check-content.js';
