// Ends in the way that its argument names while ONNX Runtime is in use.
import { multiply } from './models.mjs';

const ways = {
  plainly() {},
  exit() {
    for (let i = 0; ; i++) {
      multiply(128);
      if (i === 20) process.exit(7);
    }
  },
  throw() {
    setImmediate(() => {
      multiply(128);
      throw new Error('uncaught');
    });
  },
  reject() {
    Promise.reject(new Error('unhandled'));
  },
  'exit-handler'() {
    process.on('exit', () => multiply(128));
  },
  signal() {
    setTimeout(() => process.kill(process.pid, 'SIGTERM'), 20);
    setInterval(() => multiply(128), 1);
  },
};

multiply(128, { threads: 2 });
ways[process.argv[2]]();
