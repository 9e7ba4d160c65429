// The files under test import nothing of JupyterLab at run time, so nothing in node_modules needs a transformation.
module.exports = {
  testEnvironment: 'jsdom',
  roots: ['<rootDir>/labextension/test'],
  setupFilesAfterEnv: ['<rootDir>/labextension/test/setup.ts'],
  testMatch: ['**/*.spec.ts?(x)'],
  transform: {
    '\\.tsx?$': [
      'ts-jest',
      {
        tsconfig: { jsx: 'react', module: 'commonjs', target: 'ES2020', esModuleInterop: true, isolatedModules: true }
      }
    ]
  }
};
