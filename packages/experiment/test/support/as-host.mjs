// Loaded before a program: makes this process one of another machine, whose clock may be wrong.
import { createRequire, syncBuiltinESMExports } from 'node:module';

const { AS_HOST, AS_HOST_CLOCK_MS = '0' } = process.env;
const os = createRequire(import.meta.url)('node:os');
os.hostname = () => AS_HOST;
syncBuiltinESMExports();
const now = Date.now;
Date.now = () => now() + Number(AS_HOST_CLOCK_MS);
