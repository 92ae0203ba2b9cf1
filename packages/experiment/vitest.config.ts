import { definePackageTests } from '../../vitest.shared.ts';
import { useSwiftShader } from '../../vitest.swiftshader.shared.ts';

useSwiftShader();

// Hooks train runs that the tests share.
export default definePackageTests({ hookTimeout: 60_000 });
