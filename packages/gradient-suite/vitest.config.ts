import { definePackageTests } from '../../vitest.shared.ts';
import { useSwiftShader } from '../../vitest.swiftshader.shared.ts';

useSwiftShader();

export default definePackageTests();
