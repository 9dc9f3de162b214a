export { PythonPortalModule } from './python-portal.module.js';
