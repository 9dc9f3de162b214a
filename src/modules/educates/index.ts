export { EducatesModule } from './educates.module.js';
