/** Which module may use which other module, always through its index.ts. The three domains never import each other. */
const allowedDependencies = {
  identity: [],
  educates: ['identity'],
  'python-portal': ['identity'],
  integrations: ['identity'],
};

const moduleEdges = Object.entries(allowedDependencies).map(([name, allowed]) => ({
  name: `${name}-uses-only-declared-modules`,
  severity: 'error',
  from: { path: `^src/modules/${name}/` },
  to: { path: '^src/modules/', pathNot: [name, ...allowed].map((other) => `^src/modules/${other}/`) },
}));

export default {
  forbidden: [
    ...moduleEdges,
    {
      name: 'other-modules-only-through-index',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: { path: '^src/modules/[^/]+/', pathNot: ['^src/modules/$1/', '^src/modules/[^/]+/index\\.ts$'] },
    },
    {
      name: 'no-import-of-own-index',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: { path: '^src/modules/$1/index\\.ts$' },
    },
    {
      name: 'app-sees-only-module-index',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$' },
      to: { path: '^src/modules/', pathNot: '^src/modules/[^/]+/index\\.ts$' },
    },
    {
      name: 'platform-knows-no-module',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/(modules/|app\\.module)' },
    },
    { name: 'migrations-stand-alone', severity: 'error', from: { path: '^migrations/' }, to: { path: '^src/' } },
    {
      name: 'product-knows-no-test-code',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|demo|bench|scripts)/' },
    },
    {
      name: 'controllers-call-services',
      severity: 'error',
      from: { path: '\\.controller\\.ts$' },
      to: { path: ['\\.repository\\.ts$', '\\.client\\.ts$', 'node_modules/typeorm/'] },
    },
    {
      name: 'policies-are-pure',
      severity: 'error',
      from: { path: '\\.policy\\.ts$' },
      to: { path: ['node_modules/(@nestjs|typeorm)/', '\\.(service|repository|client|controller)\\.ts$'] },
    },
    {
      name: 'typeorm-stays-in-persistence',
      severity: 'error',
      from: { path: '^src/', pathNot: ['\\.(entity|repository|module|spec)\\.ts$', '^src/platform/database/'] },
      to: { path: 'node_modules/typeorm/' },
    },
    {
      name: 'outbound-http-through-one-door',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/http-client/' },
      to: { path: 'node_modules/(axios|undici)/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
